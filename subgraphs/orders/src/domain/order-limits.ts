/**
 * What a buyer may do to sellers and their stock: place orders, and learn from orders that come to
 * nothing. Every line of such an order, whether refused, rejected or called off soon after, tells
 * whether a quantity is there; without a limit a row of them tells exactly how much there is.
 */
export type OrderRule = 'orders' | 'futile_lines';

export interface OrderLimits {
  ordersPerWindow: number;
  futileLinesPerWindow: number;
  orderWindowSeconds: number;
}

/**
 * The goods of one order come to no more than this, so that with deliveries and taxes every sum of it
 * stays exact: ten million million units of a currency with two decimals.
 */
export const MAX_SUBTOTAL_MINOR = 10 ** 15;

/** How much of it is allowed. */
export const orderQuota = (rule: OrderRule, limits: OrderLimits) => ({
  allowed: rule === 'orders' ? limits.ordersPerWindow : limits.futileLinesPerWindow,
  windowSeconds: limits.orderWindowSeconds,
});

/** True while calling an order off could be meant to learn of its stock. */
export const isSoonAfter = (
  { placedAt }: { placedAt: Date },
  now: Date,
  { orderWindowSeconds }: Pick<OrderLimits, 'orderWindowSeconds'>,
): boolean => now.getTime() - placedAt.getTime() < orderWindowSeconds * 1_000;
