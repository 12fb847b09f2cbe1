import { type ShortageReason, wordsOfShortage } from './shortage.ts';

/** Why an order was rejected or cancelled. */
export type StatusReasonCode =
  | 'CANCELLED_BY_BUYER'
  | 'CANCELLED_BY_STAFF'
  | 'NOT_PAID_IN_TIME'
  | 'NOT_ENOUGH_STOCK'
  | 'SELLER_NOT_ACTIVE'
  | 'OTHER';

/** A variant of which an order wanted more than there was. */
export interface Shortage {
  variantId: string;
  title: string;
  reason: ShortageReason;
}

/** Why an order is in its state, as data: the sentence for it is made when it is read. */
export interface StatusReason {
  code: StatusReasonCode;
  /** The comment of whoever cancelled it. */
  remark?: string | null;
  shortages?: readonly Shortage[];
}

/** The text for people: somebody's comment, or the standard text for such a case; null when there is none. */
export function wordsOfReason({ code, remark, shortages = [] }: StatusReason): string | null {
  if (remark != null) return remark;
  if (code === 'NOT_PAID_IN_TIME') return 'It was not paid in time.';
  if (code === 'SELLER_NOT_ACTIVE') return 'One of its sellers may no longer sell.';
  return shortages.length > 0 ? shortages.map(wordsOfShortage).join(' ') : null;
}
