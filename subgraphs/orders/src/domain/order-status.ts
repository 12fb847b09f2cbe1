import { illegalTransition } from './errors.ts';

export const ORDER_STATUSES = [
  'PENDING',
  'RESERVED',
  'PAID',
  'FULFILLING',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
  'REJECTED',
  'REFUNDED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** The whole life of an order: from each state, where it can go. */
export const NEXT_STATUSES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['RESERVED', 'REJECTED', 'CANCELLED'],
  RESERVED: ['PAID', 'CANCELLED'],
  PAID: ['FULFILLING', 'REFUNDED'],
  FULFILLING: ['SHIPPED', 'REFUNDED'],
  SHIPPED: ['DELIVERED', 'REFUNDED'],
  DELIVERED: ['REFUNDED'],
  CANCELLED: [],
  REJECTED: [],
  REFUNDED: [],
};

export const canBecome = (from: OrderStatus, to: OrderStatus): boolean =>
  NEXT_STATUSES[from].includes(to);

/** Throws `ILLEGAL_TRANSITION`, with what would be possible, unless the step is a legal one. */
export function assertCanBecome(from: OrderStatus, to: OrderStatus): void {
  if (!canBecome(from, to)) throw illegalTransition(from, to, NEXT_STATUSES[from]);
}
