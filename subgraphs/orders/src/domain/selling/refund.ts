/** PENDING until the provider has paid it back; FAILED when it could not, and is asked no more. */
export type RefundStatus = 'PENDING' | 'DONE' | 'FAILED';

/** More attempts than that need a person: the card or the account is gone. */
export const MOST_REFUND_FAILURES = 5;

/** Under which a provider is asked for it: an attempt that has failed is never taken for the next one. */
export const refundKey = ({ id, failures }: Pick<Refund, 'id' | 'failures'>): string =>
  failures === 0 ? id : `${id}:${failures}`;

/** Whose such a key is, and of which attempt. */
export function refundOfKey(key: string): { id: string; failures: number } {
  const [id = key, failures = '0'] = key.split(':');
  return { id, failures: Number(failures) };
}

/** Money that goes back to a buyer. */
export interface Refund {
  id: string;
  orderId: string;
  paymentId: string;
  /** Null: of a payment that came too late, which is no seller's. */
  sellerOrderId: string | null;
  currency: string;
  amountMinor: number;
  /** Of the amount, what is not for lines. */
  looseMinor: number;
  reason: string | null;
  status: RefundStatus;
  /** How often the provider took it on and could not: each attempt has a key of its own. */
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
