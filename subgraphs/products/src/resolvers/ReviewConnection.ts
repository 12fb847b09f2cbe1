import type { ReviewConnectionResolvers } from '../__generated__/resolvers.ts';
import { countOf, NO_STARS } from '../domain/review.ts';

export const ReviewConnection: ReviewConnectionResolvers = {
  totalCount: async ({ counted }, _, { stores, loaders }) => {
    if (counted === 'reported') return stores.reviews.countReported();
    const stars = (await loaders.starsOfProduct.load(counted.productId))?.stars ?? NO_STARS;
    return counted.rating === null ? countOf(stars) : (stars[counted.rating - 1] ?? 0);
  },
};
