import { isIdOf } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { mayNotWithReview, reviewNotFound } from '../domain/errors.ts';
import type { Product } from '../domain/product.ts';
import {
  assertReviewChange,
  maySeeReview,
  type ReportReason,
  type Review,
  type ReviewAction,
  reviewActionsOf,
  starsBetween,
} from '../domain/review.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import { appendReviewDeleted } from './product-events.ts';
import { actorFor } from './selling.ts';
import { awaitingPictures, changePictures } from './show-pictures.ts';

export interface UpdateReviewInput {
  id: string;
  rating?: number | null;
  title?: string | null;
  text?: string | null;
  mediaIds?: readonly string[] | null;
}

/** Changes one's own review; missing fields stay as they are. */
export async function updateReview(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  input: UpdateReviewInput,
): Promise<void> {
  assertReviewChange(input);
  const run = awaitingPictures({ transaction, clock }, input.mediaIds);
  await run(async (stores) => {
    const { review } = await reviewFor(stores, viewer, 'EDIT', input.id, ['input', 'id']);
    const next: Review = {
      ...review,
      rating: input.rating ?? review.rating,
      title: input.title === undefined ? review.title : input.title,
      text: input.text === undefined ? review.text : input.text,
    };
    const shows = { holder: 'review', id: review.id } as const;
    const areOthers = await changePictures(stores, viewer.userId, input.mediaIds, shows);
    if (!areOthers && FIELDS.every((field) => next[field] === review[field])) return;
    await stores.reviews.update({ ...next, editedAt: clock() });
    await count(stores, review, next);
  });
}

const FIELDS = ['rating', 'title', 'text'] as const;

/** Deletes one's own review. */
export const deleteReview = (
  { transaction }: ProductsDeps,
  viewer: SignedIn,
  { reviewId }: { reviewId: string },
): Promise<string> =>
  transaction(async (stores) => {
    const { review, product } = await reviewFor(stores, viewer, 'DELETE', reviewId, ['reviewId']);
    await stores.reviews.delete(reviewId);
    await count(stores, review, null);
    const others = await stores.reviews.byAuthor(review.authorId, [product.id]);
    await appendReviewDeleted(stores.events, product, review, others.length === 0);
    return review.productId;
  });

/** Sets or removes the seller's answer. */
export async function answerReview(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  { reviewId, text }: { reviewId: string; text?: string | null },
): Promise<void> {
  await transaction(async (stores) => {
    const { review } = await reviewFor(stores, viewer, 'ANSWER', reviewId, ['reviewId']);
    const answer = text ?? null;
    if (answer === review.answer) return;
    await stores.reviews.update({
      ...{ ...review, answer, answeredAt: answer === null ? null : clock() },
    });
  });
}

/** Reports a review to staff; repeating it adds nothing. */
export async function reportReview(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  given: { reviewId: string; reason: ReportReason; note?: string | null },
): Promise<void> {
  const { reviewId, reason, note = null } = given;
  await transaction(async (stores) => {
    await reviewFor(stores, viewer, 'REPORT', reviewId, ['reviewId']);
    const report = { reviewId, userId: viewer.userId, reason, note, reportedAt: clock() };
    await stores.reviews.report(report);
  });
}

/** Hides a review from everybody but its author and staff, or shows it, which settles its reports. */
export async function setReviewHidden(
  { transaction }: ProductsDeps,
  viewer: SignedIn,
  { reviewId, on, reason }: { reviewId: string; on: boolean; reason?: string | null },
): Promise<void> {
  await transaction(async (stores) => {
    const { review } = await reviewFor(stores, viewer, 'HIDE', reviewId, ['reviewId']);
    // Staff who look at a review and show it have settled its reports.
    if (!on) await stores.reviews.settleReports(reviewId);
    if (review.hidden === on) return;
    const next = { ...review, hidden: on, hiddenReason: on ? (reason ?? null) : null };
    await stores.reviews.update(next);
    await count(stores, review, next);
  });
}

/**
 * The review, locked, for somebody who may do this with it; it does not exist for people who may not see it.
 */
async function reviewFor(
  stores: Stores,
  viewer: SignedIn,
  action: ReviewAction,
  id: string,
  path: readonly string[],
): Promise<{ review: Review; product: Product }> {
  const [known] = isIdOf('rev', id) ? await stores.reviews.findMany([id]) : [];
  const product = known && (await stores.products.find(known.productId));
  if (!product) throw reviewNotFound(path);
  // People answer on behalf of the seller.
  const { actor } = await actorFor(stores, viewer, product.sellerId);
  const review = await stores.reviews.lock(id);
  if (!review || !maySeeReview(actor, review)) throw reviewNotFound(path);
  if (!reviewActionsOf(actor, review, product).includes(action)) throw mayNotWithReview();
  return { review, product };
}

/** Updates the public counts when a review has changed. */
async function count({ reviews }: Stores, before: Review, after: Review | null): Promise<void> {
  const stars = starsBetween(
    before.hidden ? null : before.rating,
    after === null || after.hidden ? null : after.rating,
  );
  if (stars.some((change) => change !== 0)) await reviews.addStars(before.productId, stars);
}
