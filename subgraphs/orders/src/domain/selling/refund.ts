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
  /** PENDING until the provider has taken it. */
  status: 'PENDING' | 'DONE';
  nextCallAt: Date | null;
  attempts: number;
  createdAt: Date;
}

export interface RefundLine {
  orderLineId: string;
  quantity: number;
  amountMinor: number;
}
