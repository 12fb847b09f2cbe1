import { badInput } from '@souk/runtime/domain';
import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { Review, ReviewSort } from '../domain/review.ts';
import { reviewPageKey } from '../persistence/loaders.ts';
import type { ReviewConnectionModel } from './models.ts';

type Position = readonly [rating: number, id: string];
const positionOf = ({ rating, id }: Review): Position => [rating, id];

/** A page of the reviews of a product that everybody sees. */
export async function reviewList(
  productId: string,
  {
    sort: asked,
    rating: wanted,
    ...args
  }: PageArguments & { sort?: ReviewSort | null; rating?: number | null },
  { loaders, cursors }: Context,
): Promise<ReviewConnectionModel> {
  const rating = wanted ?? null;
  if (rating !== null && (rating < 1 || rating > 5)) {
    throw badInput('A rating must be 1 to 5.', ['rating']);
  }
  const sort = asked ?? 'NEWEST';
  const purpose = `reviews:${productId}:${sort}:${rating}`;
  const page = pageOf<Position>(args, { cursors, purpose });
  const rows = await loaders.reviewsOfProduct.load(
    reviewPageKey({ productId, sort, rating, after: page.from, limit: page.limit + 1 }),
  );
  const reviews = rows.map(({ review }) => review);
  return {
    ...connectionOf(reviews, page, { cursors, purpose, positionOf }),
    counted: { productId, rating },
  };
}

/** A page of the reviews that somebody reported, for staff. */
export async function reportedReviews(
  args: PageArguments,
  { stores, cursors }: Context,
): Promise<ReviewConnectionModel> {
  const purpose = 'reportedReviews';
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.reviews.reported({ before: page.from, limit: page.limit + 1 });
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }: Review) => id }),
    counted: 'reported',
  };
}
