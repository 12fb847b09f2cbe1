import { isIdOf } from '@souk/runtime/domain';
import type { OrderLineResolvers } from '../__generated__/resolvers.ts';

export const OrderLine: OrderLineResolvers = {
  __resolveReference: ({ id }) => (isIdOf('oln', id) ? { id } : null),
  viewerReview: async ({ id }, _, { viewer, loaders }) => {
    const review = await loaders.reviewOfLine.load(id);
    return review && review.authorId === viewer?.userId ? review : null;
  },
  viewerCanReview: async ({ id }, _, { viewer, loaders }) => {
    const purchase = await loaders.purchase.load(id);
    return (
      purchase !== null &&
      purchase.buyerId === viewer?.userId &&
      (await loaders.reviewOfLine.load(id)) === null
    );
  },
};
