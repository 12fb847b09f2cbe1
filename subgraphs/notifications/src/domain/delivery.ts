import type { Channel, NotificationKind } from './notification.ts';

export type DeliveryStatus = 'PENDING' | 'SENT' | 'DELIVERED' | 'BOUNCED' | 'SUPPRESSED' | 'FAILED';

/** Why something was held back. The database refuses a suppressed delivery without a reason. */
export type SuppressionReason = 'PREFERENCE_OFF' | 'READ_BEFORE_SEND';

export interface Decision {
  status: 'DELIVERED' | 'SUPPRESSED';
  reason: SuppressionReason | null;
}

/**
 * Whether a occurrence goes into somebody's inbox: always, but for what they do not want there or have
 * read before we heard of it. Whether they seem to be there plays no part: an open connection says
 * nothing of anybody looking.
 */
export function decideInApp({ wanted, read }: { wanted: boolean; read: boolean }): Decision {
  if (!wanted) return { status: 'SUPPRESSED', reason: 'PREFERENCE_OFF' };
  if (read) return { status: 'SUPPRESSED', reason: 'READ_BEFORE_SEND' };
  return { status: 'DELIVERED', reason: null };
}

/** What became of one occurrence for one person on one channel. */
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
