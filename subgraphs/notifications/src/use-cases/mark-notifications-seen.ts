import type { Actor, NotificationsDeps } from './deps.ts';

/** The person has looked at the list of their inbox: nothing in it counts for the badge any more. */
export const markNotificationsSeen = (
  { transaction, clock }: NotificationsDeps,
  { userId }: Actor,
): Promise<void> => transaction(({ notifications }) => notifications.markSeen(userId, clock()));
