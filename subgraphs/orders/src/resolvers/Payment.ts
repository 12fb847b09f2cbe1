import { isIdOf, moneyOf } from '@souk/runtime/domain';
import type { PaymentResolvers } from '../__generated__/resolvers.ts';
import { isBuyerWhoSees } from '../domain/permissions.ts';
import { visibleOrder } from './visible.ts';

export const Payment: PaymentResolvers = {
  __resolveReference: async ({ id }, context) => {
    const payment = isIdOf('pay', id) ? await context.loaders.payment.load(id) : null;
    return payment && (await visibleOrder({ id: payment.orderId }, context)) && payment;
  },
  amount: ({ amountMinor, currency }) => moneyOf(amountMinor, currency),
  refunded: ({ refundedMinor, currency }) => moneyOf(refundedMinor, currency),
  /** Only for its buyer: staff who see the order must not be able to continue its payment. */
  action: async ({ action, orderId }, _, { loaders, viewer }) => {
    const order = action && (await loaders.order.load(orderId));
    return order && isBuyerWhoSees(viewer, order) ? action : null;
  },
  method: ({ methodKind }) => methodKind,
  label: ({ methodLabel }) => methodLabel,
  order: async ({ orderId }, _, { loaders }) => {
    const order = await loaders.order.load(orderId);
    if (!order) throw new Error(`A payment has no order ${orderId}.`);
    return order;
  },
};
