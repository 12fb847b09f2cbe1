import { MAX_TRIES } from '@souk/runtime/domain';

/**
 * What a buyer may do to sellers, their stock and whoever takes their money: begin carts without an account, place orders, begin payments
 * and ask about them, try codes, and learn from orders that come to nothing. Every line of such an order, whether refused, rejected or called off soon after, tells
 * whether a quantity is there; without a limit a row of them tells exactly how much there is.
 */
export type OrderRule =
  | 'carts'
  | 'orders'
  | 'futile_lines'
  | 'wrong_codes'
  | 'payments'
  | 'guest_access'
  | 'guest_codes';

export interface OrderLimits {
  cartsPerWindow: number;
  ordersPerWindow: number;
  futileLinesPerWindow: number;
  wrongCodesPerWindow: number;
  paymentsPerWindow: number;
  guestAccessPerWindow: number;
  orderWindowSeconds: number;
}

/**
 * The goods of one order come to no more than this, so that with deliveries and taxes every sum of it
 * stays exact: ten million million units of a currency with two decimals.
 */
export const MAX_SUBTOTAL_MINOR = 10 ** 15;

/**
 * One order is sent by no more sellers than this: its parts have a bound of their own, far below that of its lines, as what
 * an operation may cost counts as many lines for each part.
 */
export const MAX_SELLERS = 20;

const ALLOWED: Readonly<Record<OrderRule, (limits: OrderLimits) => number>> = {
  carts: ({ cartsPerWindow }) => cartsPerWindow,
  orders: ({ ordersPerWindow }) => ordersPerWindow,
  futile_lines: ({ futileLinesPerWindow }) => futileLinesPerWindow,
  wrong_codes: ({ wrongCodesPerWindow }) => wrongCodesPerWindow,
  payments: ({ paymentsPerWindow }) => paymentsPerWindow,
  guest_access: ({ guestAccessPerWindow }) => guestAccessPerWindow,
  // As many as the codes that may be mailed have tries.
  guest_codes: ({ guestAccessPerWindow }) => guestAccessPerWindow * MAX_TRIES,
};

/** How much of it is allowed. */
export const orderQuota = (rule: OrderRule, limits: OrderLimits) => ({
  allowed: ALLOWED[rule](limits),
  windowSeconds: limits.orderWindowSeconds,
});

/** True while calling an order off could be meant to learn of its stock. */
export const isSoonAfter = (
  { placedAt }: { placedAt: Date },
  now: Date,
  { orderWindowSeconds }: Pick<OrderLimits, 'orderWindowSeconds'>,
): boolean => now.getTime() - placedAt.getTime() < orderWindowSeconds * 1_000;
