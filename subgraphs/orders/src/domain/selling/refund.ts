/** PENDING until the provider has paid it back; FAILED when it could not, and is not asked any more. */
export type RefundStatus = 'PENDING' | 'DONE' | 'FAILED';

/** More attempts than that need a person: the card or the account is gone. */
export const MOST_REFUND_FAILURES = 5;

/** The key of a request to the provider: a failed attempt is never taken for the next one. */
export const refundKey = ({ id, failures }: Pick<Refund, 'id' | 'failures'>): string =>
  failures === 0 ? id : `${id}:${failures}`;

/** The refund of such a key, and the attempt. */
export function refundOfKey(key: string): { id: string; failures: number } {
  const [id = key, failures = '0'] = key.split(':');
  return { id, failures: Number(failures) };
}

/** Money that goes back to a buyer. */
export interface Refund {
  id: string;
  orderId: string;
  paymentId: string;
  /** Null for a refund of a payment that came too late, which concerns no seller. */
  sellerOrderId: string | null;
  currency: string;
  amountMinor: number;
  /** The part of the amount that is not for lines. */
  looseMinor: number;
  reason: string | null;
  status: RefundStatus;
  /** How often the provider accepted it and failed: each attempt has a key of its own. */
  failures: number;
  nextCallAt: Date | null;
  attempts: number;
  createdAt: Date;
}

export interface RefundLine {
  orderLineId: string;
  quantity: number;
  amountMinor: number;
}
