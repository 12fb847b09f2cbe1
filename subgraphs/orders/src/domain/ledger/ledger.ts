import { sumMinor } from '@souk/runtime/domain';

export type LedgerAccount = 'BUYER' | 'SELLER' | 'PLATFORM' | 'PROVIDER';

export type LedgerKind =
  | 'PAYMENT'
  | 'SALE'
  | 'COMMISSION'
  | 'REFUND'
  | 'COMMISSION_REFUND'
  | 'REPAYMENT'
  | 'PAYOUT';

/** One side of a movement of money. */
export interface LedgerEntry {
  id: string;
  movementId: string;
  kind: LedgerKind;
  account: LedgerAccount;
  sellerId: string | null;
  currency: string;
  /** What the account gained; negative for a loss. */
  amountMinor: number;
  /** The seller's balance afterwards. */
  balanceAfterMinor: bigint | null;
  orderId: string | null;
  sellerOrderId: string | null;
  payoutId: string | null;
  /** From when on it may be paid out to the seller. */
  availableAt: Date | null;
  occurredAt: Date;
}

/** A movement before it is booked: who gains and who loses. */
export interface Posting {
  kind: LedgerKind;
  account: LedgerAccount;
  sellerId?: string;
  sellerOrderId?: string;
  amountMinor: number;
}

/**
 * A buyer's money arrived: the provider has it and owes it to us, and it is booked for the buyer. From there
 * it becomes each seller's for what they sold, less the platform's commission.
 */
export const salePostings = (
  parts: readonly { id: string; sellerId: string; totalMinor: number; commissionMinor: number }[],
): Posting[] => [
  ...paymentPostings(sumMinor(parts, ({ totalMinor }) => totalMinor)),
  ...parts.flatMap(({ id, sellerId, totalMinor, commissionMinor }): Posting[] => [
    { kind: 'SALE', account: 'BUYER', amountMinor: -totalMinor },
    { kind: 'SALE', account: 'SELLER', sellerId, sellerOrderId: id, amountMinor: totalMinor },
    {
      kind: 'COMMISSION',
      account: 'SELLER',
      sellerId,
      sellerOrderId: id,
      amountMinor: -commissionMinor,
    },
    { kind: 'COMMISSION', account: 'PLATFORM', amountMinor: commissionMinor },
  ]),
];

export const paymentPostings = (amountMinor: number): Posting[] => [
  { kind: 'PAYMENT', account: 'PROVIDER', amountMinor: -amountMinor },
  { kind: 'PAYMENT', account: 'BUYER', amountMinor },
];

/** A seller gives money back, and the platform the corresponding part of its commission. */
export const refundPostings = (given: {
  sellerId: string;
  sellerOrderId: string;
  amountMinor: number;
  commissionMinor: number;
}): Posting[] => {
  const { sellerId, sellerOrderId, amountMinor, commissionMinor } = given;
  const seller = { account: 'SELLER', sellerId, sellerOrderId } as const;
  return [
    { kind: 'REFUND', ...seller, amountMinor: -amountMinor },
    { kind: 'REFUND', account: 'BUYER', amountMinor },
    { kind: 'COMMISSION_REFUND', account: 'PLATFORM', amountMinor: -commissionMinor },
    { kind: 'COMMISSION_REFUND', ...seller, amountMinor: commissionMinor },
  ];
};

/** The provider gave a buyer money back. */
export const repaymentPostings = (amountMinor: number): Posting[] => [
  { kind: 'REPAYMENT', account: 'BUYER', amountMinor: -amountMinor },
  { kind: 'REPAYMENT', account: 'PROVIDER', amountMinor },
];

/** A seller's money goes from the provider to their bank. */
export const payoutPostings = (sellerId: string, amountMinor: number): Posting[] => [
  { kind: 'PAYOUT', account: 'SELLER', sellerId, amountMinor: -amountMinor },
  { kind: 'PAYOUT', account: 'PROVIDER', amountMinor },
];
