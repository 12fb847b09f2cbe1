import { isIdOf } from '@souk/runtime/domain';
import type { OrderLineResolvers } from '../__generated__/resolvers.ts';
import { mayReview } from '../domain/review.ts';
import { actorOfViewer } from './actor-of-viewer.ts';

export const OrderLine: OrderLineResolvers = {
  __resolveReference: ({ id }) => (isIdOf('oln', id) ? { id } : null),
  viewerReview: async ({ id }, _, { viewer, loaders }) => {
    const review = await loaders.reviewOfLine.load(id);
    return review && review.authorId === viewer?.userId ? review : null;
  },
  viewerCanReview: async ({ id }, _, context) => {
    const { loaders } = context;
    const actor = await actorOfViewer(context);
    const purchase = await loaders.purchase.load(id);
    const product = purchase && (await loaders.product.load(purchase.productId));
    if (!actor || !product || !mayReview(actor, purchase, product)) return false;
    return (await loaders.reviewOfLine.load(id)) === null;
  },
};
