import type { Channel, NotificationKind } from './notification.ts';

export type DeliveryStatus = 'PENDING' | 'SENT' | 'DELIVERED' | 'BOUNCED' | 'SUPPRESSED' | 'FAILED';

/** Why a notice went no further. The database refuses a suppressed delivery without a reason. */
export const DELIVERY_REASONS = [
  'READ_BEFORE_SEND',
  'PREFERENCE_OFF',
  'ATTENTIVE',
  'LEFT_ROOM',
  'NO_ADDRESS',
  'PROVIDER_REFUSED',
] as const;
export type DeliveryReason = (typeof DELIVERY_REASONS)[number];

/** The reason as it was written down; what earlier versions wrote is read as the nearest of today. */
export const deliveryReasonOf = (written: string | null): DeliveryReason | null =>
  written === 'ACTIVE_ELSEWHERE'
    ? 'ATTENTIVE'
    : (DELIVERY_REASONS.find((reason) => reason === written) ?? null);

export interface Decision {
  status: 'DELIVERED' | 'SUPPRESSED';
  reason: DeliveryReason | null;
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
  reason: DeliveryReason | null;
  attemptedAt: Date | null;
}
