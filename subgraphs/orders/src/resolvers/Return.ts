import { isIdOf } from '@souk/runtime/domain';
import type { ReturnResolvers } from '../__generated__/resolvers.ts';
import { returnActions } from '../domain/selling/part-actions.ts';
import { contentsOf, partOf } from './contents.ts';
import { seesDesk, visibleSellerOrder, worksForSeller } from './visible.ts';

export const Return: ReturnResolvers = {
  __resolveReference: async ({ id }, context) => {
    const found = isIdOf('ret', id) ? await context.loaders.returnRequest.load(id) : null;
    return found && (await visibleSellerOrder({ id: found.sellerOrderId }, context)) && found;
  },
  sellerOrder: ({ sellerOrderId }, _, context) => partOf(sellerOrderId, context),
  contents: ({ lines }, _, context) => contentsOf(lines, context),
  refund: async ({ refundId, sellerOrderId }, _, { loaders }) => {
    const refund = refundId === null ? null : await loaders.refund.load(refundId);
    return refund && { ...refund, sellerOrderId };
  },
  viewerCan: async (returned, _, context) => {
    const { viewer } = context;
    const { sellerId, sellerOrderId } = returned;
    const { buyerId } = await partOf(sellerOrderId, context);
    const isSeller = await worksForSeller(sellerId, context);
    const isBuyer =
      buyerId === null ? !(await seesDesk(sellerId, context)) : buyerId === viewer?.userId;
    return returnActions(returned, { isSeller, isBuyer });
  },
};
