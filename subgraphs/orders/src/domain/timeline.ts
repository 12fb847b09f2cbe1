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
  RESERVED: 'Its stock is reserved.',
  REJECTED: 'It was rejected.',
  PAID: 'It is paid.',
  PAYMENT_FAILED: 'A payment failed.',
  CANCELLED: 'It was cancelled.',
  EXPIRED: 'It was not paid in time.',
  SHIPPED: 'Something was shipped.',
  DELIVERED: 'Something was delivered.',
  RETURN_REQUESTED: 'The buyer wants to return something.',
  RETURN_DECIDED: 'The seller has decided about a return.',
  RETURN_RECEIVED: 'A return arrived.',
  REFUNDED: 'Money was refunded.',
  REFUND_FAILED: 'A refund failed and needs attention.',
  COMPLETED: 'It is completed.',
};
const PART_CALLED_OFF = 'Something that had not been shipped was cancelled.';
const DECIDED = {
  APPROVE: 'The seller accepted the return.',
  DECLINE: 'The seller declined the return.',
};
const WENT_BACK: Readonly<Record<ReturnedMoney, string>> = {
  TOO_LATE: 'A payment that arrived too late was refunded.',
  WRONG_AMOUNT: 'A payment of the wrong amount was refunded.',
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
