/** What a buyer chose to show others of an order; its id is the right to see it. */
export interface OrderSnapshot {
  id: string;
  orderId: string;
  sharedBy: string;
  withPrices: boolean;
  sharedAt: Date;
  revokedAt: Date | null;
}
