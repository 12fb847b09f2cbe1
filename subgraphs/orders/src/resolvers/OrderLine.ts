import { isIdOf, moneyOf } from '@souk/runtime/domain';
import type { OrderLineResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { visibleOrder } from './visible.ts';

export const OrderLine: OrderLineResolvers = {
  __resolveReference: async ({ id }, context) => {
    const line = isIdOf('oln', id) ? await context.loaders.line.load(id) : null;
    return line && (await visibleOrder({ id: line.orderId }, context)) && line;
  },
  discount: async ({ orderId, discountMinor }, _, context) =>
    moneyOf(discountMinor, await currencyOf(orderId, context)),
  sellerOrder: async ({ sellerOrderId }, _, { loaders }) => {
    const part = await loaders.sellerOrder.load(sellerOrderId);
    if (!part) throw new Error(`A line has no part ${sellerOrderId}.`);
    return part;
  },
  variant: ({ variantId }) => ({ id: variantId }),
  unitPrice: async ({ orderId, unitPriceMinor }, _, context) =>
    moneyOf(unitPriceMinor, await currencyOf(orderId, context)),
  total: async ({ orderId, totalMinor }, _, context) =>
    moneyOf(totalMinor, await currencyOf(orderId, context)),
  shortage: async ({ orderId, variantId }, _, { loaders }) => {
    const { reason } = (await loaders.order.load(orderId)) ?? {};
    return reason?.shortages?.find((short) => short.variantId === variantId)?.reason ?? null;
  },
};

/** An order has one currency, which is stored only in the order. */
async function currencyOf(orderId: string, { loaders }: Context): Promise<string> {
  const order = await loaders.order.load(orderId);
  if (!order) throw new Error(`A line has no order ${orderId}.`);
  return order.currency;
}
