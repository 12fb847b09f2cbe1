import { isIdOf, moneyOf } from '@souk/runtime/domain';
import type { RefundResolvers } from '../__generated__/resolvers.ts';
import { contentsOf, partOf } from './contents.ts';
import { visibleSellerOrder } from './visible.ts';

export const Refund: RefundResolvers = {
  /** A refund of a payment that came too late belongs to no part, and is visible in the payment. */
  __resolveReference: async ({ id }, context) => {
    const refund = isIdOf('rfd', id) ? await context.loaders.refund.load(id) : null;
    if (!refund || refund.sellerOrderId === null) return null;
    const part = await visibleSellerOrder({ id: refund.sellerOrderId }, context);
    return part && { ...refund, sellerOrderId: part.id };
  },
  amount: ({ amountMinor, currency }) => moneyOf(amountMinor, currency),
  contents: async ({ id }, _, context) =>
    contentsOf(await context.loaders.linesOfRefund.load(id), context),
  sellerOrder: ({ sellerOrderId }, _, context) => partOf(sellerOrderId, context),
};
