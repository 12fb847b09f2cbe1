import type { Delivery } from '../domain/delivery.ts';
import { type DeliveryFacts, decideDelivery } from '../domain/delivery-rules.ts';
import { type Channel, channelsOf } from '../domain/notification.ts';
import { SOMETHING_NEW } from '../domain/something-new.ts';
import type { Occurrence } from '../persistence/notification-store.ts';
import { announceEach } from './announce-each.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { requestDeliveries } from './request-deliveries.ts';

/** How many people are notified in one transaction, which must end well within its time limit. */
export const PEOPLE_AT_ONCE = 500;

/** The situation of some of the recipients, besides their preference for the kind. */
export interface Exempt {
  /** They have read it already. */
  readers?: ReadonlySet<string>;
  muted?: ReadonlySet<string>;
  /** They want less of the room than this. */
  below?: ReadonlySet<string>;
  /** The channels of their watches, for those whose watch names some. */
  chosen?: ReadonlyMap<string, readonly Channel[]>;
  /** The one channel that is tested, besides the inbox: at once, whatever the preferences. */
  tried?: Channel;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Puts an occurrence into the inboxes of those who want it and have not read it, records for every person and
 * channel how it ended or what it waits for, and requests mails and messages to devices. The same source
 * never counts twice for a person. Resolves to the new and updated entries.
 */
export async function notify(
  deps: NotifyDeps,
  stores: TransactionStores,
  { sourceId, ...occurrence }: Occurrence & { sourceId: string },
  userIds: readonly string[],
  { readers = NOBODY, muted = NOBODY, below = NOBODY, chosen, tried }: Exempt = {},
): Promise<readonly { id: string; userId: string }[]> {
  if (userIds.length === 0) return [];
  const { clock, newId } = deps;
  const { notifications, deliveries, preferences, blocks } = stores;
  const { kind, actorId } = occurrence;
  const unwilling = tried
    ? (new Map() as ReadonlyMap<Channel, ReadonlySet<string>>)
    : await preferences.unwilling(userIds, kind);
  const blockers = actorId === null ? NOBODY : await blocks.blockersOf(actorId, userIds);
  const now = clock();
  const decided = userIds.map((userId) => {
    const facts: DeliveryFacts = {
      ...SOMETHING_NEW,
      gone: blockers.has(userId) ? 'BLOCKED' : 'NO',
      wanted: !unwilling.get('IN_APP')?.has(userId),
      read: readers.has(userId),
      muted: muted.has(userId),
      level: !below.has(userId),
    };
    const { outcome, reason, rule } = decideDelivery('IN_APP', facts);
    const status = outcome === 'SEND' ? 'DELIVERED' : 'SUPPRESSED';
    return { userId, status, reason, rule } as const;
  });
  const what = { sourceId, kind, notificationId: null, attemptedAt: now };
  const inApp: Delivery[] = decided.map((one) => ({ ...what, ...one, channel: 'IN_APP' }));
  const recorded = new Set((await deliveries.record(inApp, now)).map(({ userId }) => userId));
  const fresh = decided.filter(({ userId }) => recorded.has(userId));
  // What does not enter the inbox is sent nowhere else, for the same reason.
  const held = fresh.filter(({ status }) => status === 'SUPPRESSED');
  const elsewhere = channelsOf(kind).filter((channel) => channel !== 'IN_APP');
  const nowhere = held.flatMap((one) =>
    elsewhere.map((channel): Delivery => ({ ...what, ...one, channel })),
  );
  if (nowhere.length > 0) await deliveries.record(nowhere, now);
  const recipients = fresh.filter(({ status }) => status === 'DELIVERED');
  if (recipients.length === 0) return [];
  const entries = await notifications.raise(
    occurrence,
    recipients.map(({ userId }) => ({ userId, newId: newId('ntf') })),
  );
  await deliveries.attach({ sourceId, channel: 'IN_APP' }, entries);
  await announceEach(stores, 'notifications.NotificationCreated', entries);
  const wanted = { entries, unwilling, chosen, tried };
  await requestDeliveries(deps, stores, { ...occurrence, sourceId }, wanted);
  return entries;
}
