import type { ReviewResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Product } from '../domain/product.ts';
import { moderates, reviewActionsOf } from '../domain/review.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { mediaShown } from './media-shown.ts';
import { visibleReview, visibleSeller } from './visible.ts';

export const Review: ReviewResolvers = {
  __resolveReference: ({ id }, context) => visibleReview(id, context),
  product: (review, _, context) => productOf(review, context),
  variant: ({ variantId }, _, { loaders }) => loaders.variant.load(variantId),
  author: ({ authorId }) => ({ id: authorId }),
  media: async ({ id }, _, { loaders }) => mediaShown(await loaders.picturesOfReview.load(id)),
  answer: async ({ answer, answeredAt, ...review }, _, context) => {
    if (answer === null || answeredAt === null) return null;
    const { sellerId } = await productOf(review, context);
    const seller = await visibleSeller({ id: sellerId }, context);
    return { text: answer, answeredAt, seller };
  },
  hiddenReason: async ({ authorId, hiddenReason }, _, { viewer }) =>
    viewer?.userId === authorId || moderates(viewer) ? hiddenReason : null,
  reportReasons: async ({ id }, _, { viewer, loaders }) => {
    const reports = moderates(viewer) ? await loaders.reasonsOfReview.load(id) : [];
    return reports.map(({ reason }) => reason);
  },
  viewerCan: async (review, _, context) =>
    reviewActionsOf(await actorOfViewer(context), review, await productOf(review, context)),
};

async function productOf(
  { productId }: { productId: string },
  { loaders }: Context,
): Promise<Product> {
  const product = await loaders.product.load(productId);
  if (!product) throw new Error(`A review of no product ${productId}.`);
  return product;
}
