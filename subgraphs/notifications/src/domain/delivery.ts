import type { Channel, NotificationKind } from './notification.ts';

export type DeliveryStatus = 'PENDING' | 'SENT' | 'DELIVERED' | 'BOUNCED' | 'SUPPRESSED' | 'FAILED';

/** Why something was held back. The database refuses a suppressed delivery without a reason. */
export type SuppressionReason = 'PREFERENCE_OFF' | 'ACTIVE_ELSEWHERE';

export interface Decision {
  status: 'DELIVERED' | 'SUPPRESSED';
  reason: SuppressionReason | null;
}

/** Kinds that somebody who is there sees happen anyway. */
const SEEN_LIVE: ReadonlySet<NotificationKind> = new Set(['MESSAGE']);

/** Whether a happening goes into somebody's inbox. What people asked for comes before where they are. */
export function decideInApp(
  kind: NotificationKind,
  { wanted, connected }: { wanted: boolean; connected: boolean },
): Decision {
  if (!wanted) return { status: 'SUPPRESSED', reason: 'PREFERENCE_OFF' };
  if (connected && SEEN_LIVE.has(kind)) return { status: 'SUPPRESSED', reason: 'ACTIVE_ELSEWHERE' };
  return { status: 'DELIVERED', reason: null };
}

/** What became of one happening for one person on one channel. */
export interface Delivery {
  userId: string;
  /** A message's or an event's id. */
  sourceId: string;
  channel: Channel;
  kind: NotificationKind;
  status: DeliveryStatus;
  reason: string | null;
  attemptedAt: Date | null;
}
