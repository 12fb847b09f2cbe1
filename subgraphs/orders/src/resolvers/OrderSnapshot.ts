import { moneyOf } from '@souk/runtime/domain';
import type { OrderSnapshotResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { visibleSnapshot } from './visible-snapshot.ts';

export const OrderSnapshot: OrderSnapshotResolvers = {
  /** Found in `Query.orderSnapshot` with its id, and by the person who shared it. */
  __resolveReference: async ({ id }, context) => {
    const snapshot = await visibleSnapshot(id, context);
    return snapshot && snapshot.sharedBy === context.viewer?.userId ? snapshot : null;
  },
  orderNumber: async ({ orderId }, _, context) => (await orderOf(orderId, context)).number,
  status: async ({ orderId }, _, context) => (await orderOf(orderId, context)).status,
  total: async ({ orderId, withPrices }, _, context) => {
    const { totalMinor, currency } = await orderOf(orderId, context);
    return withPrices ? moneyOf(totalMinor, currency) : null;
  },
  sharedBy: ({ sharedBy }) => ({ id: sharedBy }),
  lines: async ({ orderId, withPrices }, _, context) => {
    const { currency } = await orderOf(orderId, context);
    const lines = await context.loaders.linesOfOrder.load(orderId);
    return lines.map(({ title, quantity, unitPriceMinor, totalMinor, variantId }) => ({
      title,
      quantity,
      unitPrice: withPrices ? moneyOf(unitPriceMinor, currency) : null,
      total: withPrices ? moneyOf(totalMinor, currency) : null,
      variant: { id: variantId },
    }));
  },
};

async function orderOf(orderId: string, { loaders }: Context) {
  const order = await loaders.order.load(orderId);
  if (!order) throw new Error(`There is no order ${orderId}.`);
  return order;
}
