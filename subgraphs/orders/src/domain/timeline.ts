import { type ShortageReason, wordsOfShortage } from './shortage.ts';

export type TimelineKind =
  | 'PLACED'
  | 'RESERVED'
  | 'REJECTED'
  | 'PAID'
  | 'PAYMENT_FAILED'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'RETURN_REQUESTED'
  | 'RETURN_DECIDED'
  | 'RETURN_RECEIVED'
  | 'REFUNDED'
  | 'REFUND_FAILED'
  | 'COMPLETED';

/** Why money was refunded without a request. */
export type ReturnedMoney = 'TOO_LATE' | 'WRONG_AMOUNT';

/** What is stored of an entry besides its kind, as data; the sentence for it is made when it is read. */
export interface TimelineDetails {
  /** A comment by its buyer, its seller, or the payment provider. */
  remark?: string;
  decision?: 'APPROVE' | 'DECLINE';
  shortages?: readonly { title: string; reason: ShortageReason }[];
  cause?: ReturnedMoney;
}

/** Something that happened to an order: stored data instead of an event, so that events can change. */
export interface TimelineEntry {
  id: string;
  orderId: string;
  /** The part that it is about; null for the whole order. */
  sellerOrderId: string | null;
  kind: TimelineKind;
  details: TimelineDetails;
  /** Who did it; null when it happened automatically, and for guests. */
  actorId: string | null;
  occurredAt: Date;
}

const WORDS: Readonly<Record<TimelineKind, string>> = {
  PLACED: 'It was placed.',
  RESERVED: 'Everything is set aside.',
  REJECTED: 'It could not be filled.',
  PAID: 'It is paid.',
  PAYMENT_FAILED: 'A payment failed.',
  CANCELLED: 'It was called off.',
  EXPIRED: 'It was not paid in time.',
  SHIPPED: 'Something was sent.',
  DELIVERED: 'Something has arrived.',
  RETURN_REQUESTED: 'The buyer wants to send something back.',
  RETURN_DECIDED: 'The seller has decided about a return.',
  RETURN_RECEIVED: 'Something came back.',
  REFUNDED: 'Money went back.',
  REFUND_FAILED: 'Money could not be paid back; somebody has to see to it.',
  COMPLETED: 'It is completed.',
};
const PART_CALLED_OFF = 'Something that was not sent was called off.';
const DECIDED = {
  APPROVE: 'The seller takes it back.',
  DECLINE: 'The seller does not take it back.',
};
const WENT_BACK: Readonly<Record<ReturnedMoney, string>> = {
  TOO_LATE: 'Money went back that came when the order was not waiting for it any more.',
  WRONG_AMOUNT: 'Money went back that was not the amount that is to be paid.',
};

/** The text of an entry, found when it is read. A client with other texts finds its own by the kind. */
export function wordsOf({
  kind,
  details,
  sellerOrderId,
}: Pick<TimelineEntry, 'kind' | 'details' | 'sellerOrderId'>): string {
  const { decision, shortages, cause } = details;
  if (kind === 'CANCELLED' && sellerOrderId !== null) return PART_CALLED_OFF;
  if (decision) return DECIDED[decision];
  if (cause) return WENT_BACK[cause];
  return shortages ? shortages.map(wordsOfShortage).join(' ') : WORDS[kind];
}
