import { MAX_TRIES } from '@souk/runtime/domain';

/**
 * What a buyer may do that affects sellers, their stock and payment providers: create carts without an
 * account, place orders, begin and check payments, try codes, and learn from orders without effect. Every
 * line of such an order, whether refused, rejected or soon cancelled, reveals whether a quantity is
 * available; without a limit a series of them would reveal the exact stock.
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
 * The maximum value of the goods of one order, so that with deliveries and taxes every sum of it stays exact:
 * ten trillion units of a currency with two decimals.
 */
export const MAX_SUBTOTAL_MINOR = 10 ** 15;

/**
 * The maximum number of sellers of one order: its parts have a limit of their own, far below that of its
 * lines, since the cost of an operation counts as many lines for each part.
 */
export const MAX_SELLERS = 20;

const ALLOWED: Readonly<Record<OrderRule, (limits: OrderLimits) => number>> = {
  carts: ({ cartsPerWindow }) => cartsPerWindow,
  orders: ({ ordersPerWindow }) => ordersPerWindow,
  futile_lines: ({ futileLinesPerWindow }) => futileLinesPerWindow,
  wrong_codes: ({ wrongCodesPerWindow }) => wrongCodesPerWindow,
  payments: ({ paymentsPerWindow }) => paymentsPerWindow,
  guest_access: ({ guestAccessPerWindow }) => guestAccessPerWindow,
  // As many as the codes that may be mailed have attempts.
  guest_codes: ({ guestAccessPerWindow }) => guestAccessPerWindow * MAX_TRIES,
};

/** How much of it is allowed. */
export const orderQuota = (rule: OrderRule, limits: OrderLimits) => ({
  allowed: ALLOWED[rule](limits),
  windowSeconds: limits.orderWindowSeconds,
});

/** True while cancelling an order could be a way to learn about its stock. */
export const isSoonAfter = (
  { placedAt }: { placedAt: Date },
  now: Date,
  { orderWindowSeconds }: Pick<OrderLimits, 'orderWindowSeconds'>,
): boolean => now.getTime() - placedAt.getTime() < orderWindowSeconds * 1_000;
