/** Money on its way to a seller's bank. */
export interface Payout {
  id: string;
  number: string;
  sellerId: string;
  currency: string;
  status: 'SCHEDULED' | 'PAID' | 'FAILED';
  amountMinor: number;
  failure: string | null;
  periodStart: Date;
  periodEnd: Date;
  nextCallAt: Date | null;
  createdAt: Date;
  paidAt: Date | null;
}
