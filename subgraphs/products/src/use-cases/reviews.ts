import { isFresh, isIdOf } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import type { SignedIn } from '../domain/actor.ts';
import { orderLineNotFound, ownProduct, reviewExists, reviewedTooOften } from '../domain/errors.ts';
import {
  assertNewReview,
  mayReview,
  type Purchase,
  type Review,
  starsBetween,
} from '../domain/review.ts';
import type { ProductsDeps } from './deps.ts';
import { appendReviewPosted } from './product-events.ts';
import { actorOf } from './selling.ts';
import { awaitingPictures, changePictures } from './show-pictures.ts';

/** How often one line can be reviewed, including deleted reviews. */
const MOST_TIMES = 10;

export interface CreateReviewInput {
  orderLineId: string;
  rating: number;
  title?: string | null;
  text?: string | null;
  mediaIds?: readonly string[] | null;
  idempotencyKey?: string | null;
}

/** Creates a buyer's review of what they bought on a line of an order; once per line. */
export async function createReview(
  deps: ProductsDeps,
  viewer: SignedIn,
  input: CreateReviewInput,
): Promise<{ reviewId: string; replayed: boolean }> {
  assertNewReview(input);
  const purchase = await purchaseOf(deps, viewer, input.orderLineId);
  const run = awaitingPictures(deps, input.mediaIds);
  const request = {
    scope: `createReview:${viewer.userId}`,
    key: input.idempotencyKey,
    input,
  };
  const { result, replayed } = await run((stores) =>
    stores.idempotency.once(request, async () => {
      const { products, reviews, events } = stores;
      const product = await products.find(purchase.productId);
      if (!product) throw orderLineNotFound(['input', 'orderLineId']);
      const actor = await actorOf(stores, viewer);
      if (!mayReview(actor, purchase, product)) throw ownProduct();
      const { lineId, productId, variantId } = purchase;
      const review: Review = {
        id: deps.newId('rev'),
        lineId,
        productId,
        variantId,
        authorId: viewer.userId,
        rating: input.rating,
        title: input.title ?? null,
        text: input.text ?? null,
        answer: null,
        answeredAt: null,
        hidden: false,
        hiddenReason: null,
        createdAt: deps.clock(),
        editedAt: null,
      };
      if (!(await reviews.insert(review))) throw reviewExists();
      if ((await reviews.countReview(lineId)) > MOST_TIMES) throw reviewedTooOften();
      const shows = { holder: 'review', id: review.id } as const;
      await changePictures(stores, viewer.userId, input.mediaIds, shows);
      await reviews.addStars(productId, starsBetween(null, review.rating));
      // Also for one that replaces another: that settled what the seller's people had been told of the first.
      await appendReviewPosted(events, product, review);
      return review.id;
    }),
  );
  return { reviewId: result, replayed };
}

/** The line that somebody paid for; one that was ordered a moment ago is waited for. */
async function purchaseOf(
  { transaction, clock }: ProductsDeps,
  { userId }: SignedIn,
  lineId: string,
): Promise<Purchase> {
  const found = isIdOf('oln', lineId)
    ? await lookUntil(
        () => transaction(({ reviews }) => reviews.findPurchases([lineId])),
        (purchases) => purchases.length > 0 || !isFresh(lineId, clock()),
      )
    : [];
  const [purchase] = found;
  if (purchase?.buyerId !== userId) throw orderLineNotFound(['input', 'orderLineId']);
  return purchase;
}
