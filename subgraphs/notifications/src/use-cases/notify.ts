import { userStream } from '@souk/runtime/events';
import { decideInApp } from '../domain/delivery.ts';
import type { Occurrence } from '../persistence/notification-store.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { requestMissedMails } from './request-missed-mails.ts';

const CHANNEL = 'IN_APP';

/** So many people are notified in one transaction, which has to end well before its time is over. */
export const PEOPLE_AT_ONCE = 500;

/** Whom it does not reach, though they are among those whom it is for. */
export interface Exempt {
  /** They have read of it. */
  readers?: ReadonlySet<string>;
  /** They do not want to hear of this one. */
  unwilling?: ReadonlySet<string>;
}

/**
 * Puts an occurrence into the inboxes of those who want to hear of it and have not read of it, and
 * writes down for everybody how it ended and why. The same source never counts twice for a person.
 */
export async function notify(
  deps: NotifyDeps,
  stores: TransactionStores,
  { sourceId, ...occurrence }: Occurrence & { sourceId: string },
  userIds: readonly string[],
  { readers = new Set(), unwilling: exempt = new Set() }: Exempt = {},
): Promise<void> {
  if (userIds.length === 0) return;
  const { clock, newId } = deps;
  const { notifications, deliveries, preferences, events } = stores;
  const { kind } = occurrence;
  const unwilling = await preferences.unwilling(userIds, { kind, channel: CHANNEL });
  const now = clock();
  const decided = userIds.map((userId) => ({
    userId,
    sourceId,
    channel: CHANNEL,
    kind,
    attemptedAt: now,
    ...decideInApp({
      wanted: !unwilling.has(userId) && !exempt.has(userId),
      read: readers.has(userId),
    }),
  })) satisfies Parameters<typeof deliveries.record>[0];
  const recorded = new Set((await deliveries.record(decided, now)).map(({ userId }) => userId));
  const recipients = decided.filter(
    ({ userId, status }) => status === 'DELIVERED' && recorded.has(userId),
  );
  if (recipients.length === 0) return;
  const entries = await notifications.raise(
    occurrence,
    recipients.map(({ userId }) => ({ userId, newId: newId('ntf') })),
  );
  await deliveries.attach({ sourceId, channel: CHANNEL }, entries);
  const created = await events.appendAll(
    entries.map(({ id, userId }) => ({
      type: 'notifications.NotificationCreated' as const,
      stream: userStream(userId),
      payload: { userId, notificationId: id },
    })),
  );
  const places = created.map(({ payload: { notificationId: id }, sequence }) => ({ id, sequence }));
  await notifications.setStreamSequences(places);
  if (kind === 'MESSAGE') await requestMissedMails(deps, stores, sourceId, entries);
}
