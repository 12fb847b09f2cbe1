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
 * The life cycle of an order: from each state, the possible next ones. The state of its money is
 * `OrderPaymentStatus`, and that of its goods is the status of each seller's part.
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

/** Throws `ILLEGAL_TRANSITION`, with the possible steps, unless this step is allowed. */
export function assertCanBecome(from: OrderStatus, to: OrderStatus): void {
  if (!canBecome(from, to)) throw illegalTransition(from, to, NEXT_STATUSES[from]);
}

/** Whether an order can still be paid: payment can begin while it waits for its stock. */
export const waitsForMoney = (status: OrderStatus): boolean =>
  status === 'PENDING' || status === 'RESERVED';

/** Whether the goods in an order belong to its buyer. */
export const isBought = (status: OrderStatus): boolean =>
  status === 'PAID' || status === 'COMPLETED';
