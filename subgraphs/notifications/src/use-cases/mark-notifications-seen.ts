import { userStream } from '@souk/runtime/events';
import type { Actor, NotificationsDeps } from './deps.ts';

/** The person has looked at the list of their inbox: what was in it no longer counts for the badge. */
export const markNotificationsSeen = (
  { transaction, live, clock }: NotificationsDeps,
  { userId }: Actor,
  upTo: string,
): Promise<void> => {
  const sequence = live.sequenceOf(userStream(userId), upTo, ['upTo']);
  return transaction(({ notifications }) => notifications.markSeen(userId, sequence, clock()));
};
