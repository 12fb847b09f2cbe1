import { DELIVERY_REASONS, type DeliveryReason } from './delivery-rules.ts';
import type { Channel, NotificationKind } from './notification.ts';

export type DeliveryStatus =
  | 'PENDING'
  | 'SENT'
  | 'DELIVERED'
  | 'BOUNCED'
  | 'SUPPRESSED'
  | 'FAILED'
  | 'COMPLAINED';

/** The stored reason; reasons of earlier versions are read as the most similar current one. */
export const deliveryReasonOf = (written: string | null): DeliveryReason | null =>
  written === 'ACTIVE_ELSEWHERE'
    ? 'ATTENTIVE'
    : (DELIVERY_REASONS.find((reason) => reason === written) ?? null);

/** What happened to one occurrence for one person on one channel. */
export interface Delivery {
  userId: string;
  /** A message's or an event's id. */
  sourceId: string;
  channel: Channel;
  kind: NotificationKind;
  status: DeliveryStatus;
  reason: DeliveryReason | null;
  /** The preference or setting that decided. */
  rule: string | null;
  notificationId: string | null;
  attemptedAt: Date | null;
}
