import { illegalTransition } from './errors.ts';

export const ORDER_STATUSES = [
  'PENDING',
  'RESERVED',
  'PAID',
  'COMPLETED',
  'CANCELLED',
  'REJECTED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/**
 * The whole life of an order: from each state, where it can go. How its money stands is
 * `OrderPaymentStatus`, and how its goods do is the status of each seller's part.
 */
export const NEXT_STATUSES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['RESERVED', 'REJECTED', 'CANCELLED'],
  RESERVED: ['PAID', 'CANCELLED'],
  PAID: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: [],
  REJECTED: [],
};

export const canBecome = (from: OrderStatus, to: OrderStatus): boolean =>
  NEXT_STATUSES[from].includes(to);

/** Throws `ILLEGAL_TRANSITION`, with what would be possible, unless the step is a legal one. */
export function assertCanBecome(from: OrderStatus, to: OrderStatus): void {
  if (!canBecome(from, to)) throw illegalTransition(from, to, NEXT_STATUSES[from]);
}

/** Whether an order may still be paid: one that waits for its stock may be begun to be. */
export const waitsForMoney = (status: OrderStatus): boolean =>
  status === 'PENDING' || status === 'RESERVED';

/** Whether what is in an order belongs to its buyer. */
export const isBought = (status: OrderStatus): boolean =>
  status === 'PAID' || status === 'COMPLETED';
