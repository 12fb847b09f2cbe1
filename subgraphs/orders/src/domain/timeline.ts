export type TimelineKind =
  | 'PLACED'
  | 'RESERVED'
  | 'REJECTED'
  | 'PAID'
  | 'PAYMENT_FAILED'
  | 'CANCELLED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'RETURN_REQUESTED'
  | 'RETURN_DECIDED'
  | 'RETURN_RECEIVED'
  | 'REFUNDED'
  | 'COMPLETED';

/** Something that happened to an order: kept data, not an event, so that events may change. */
export interface TimelineEntry {
  id: string;
  orderId: string;
  /** The part that it is about; null: the order as a whole. */
  sellerOrderId: string | null;
  kind: TimelineKind;
  text: string;
  /** Who did it; null for what came about by itself, and for guests. */
  actorId: string | null;
  occurredAt: Date;
}
