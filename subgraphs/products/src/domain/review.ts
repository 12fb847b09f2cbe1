import { badInput, checkAll, checkedWhole } from '@souk/runtime/domain';
import { type Actor, has } from './actor.ts';
import { checkedPictures } from './pictures.ts';
import { mayDoFor } from './seller-permissions.ts';

/** A buyer's review of what they bought on a line of an order. */
export interface Review {
  id: string;
  lineId: string;
  productId: string;
  variantId: string;
  authorId: string;
  rating: number;
  title: string | null;
  text: string | null;
  answer: string | null;
  answeredAt: Date | null;
  /** Hidden by staff: visible only to its author and staff, and no longer counted. */
  hidden: boolean;
  hiddenReason: string | null;
  createdAt: Date;
  editedAt: Date | null;
}

/** What somebody bought and paid for. */
export interface Purchase {
  lineId: string;
  orderId: string;
  buyerId: string;
  productId: string;
  variantId: string;
  boughtAt: Date;
}

export const REVIEW_SORTS = ['NEWEST', 'RATING_HIGH', 'RATING_LOW'] as const;
export type ReviewSort = (typeof REVIEW_SORTS)[number];

export const REVIEW_ACTIONS = ['EDIT', 'DELETE', 'ANSWER', 'REPORT', 'HIDE'] as const;
export type ReviewAction = (typeof REVIEW_ACTIONS)[number];

export const REPORT_REASONS = [
  'SPAM',
  'HARASSMENT',
  'HATE',
  'SEXUAL',
  'VIOLENCE',
  'FRAUD',
  'ILLEGAL',
  'OTHER',
] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

/** A buyer may review a product, unless they work for its seller. */
export const mayReview = (
  actor: Actor,
  { buyerId }: Pick<Purchase, 'buyerId'>,
  { sellerId }: { sellerId: string },
): boolean => buyerId === actor.userId && !actor.memberships.has(sellerId);

export const moderates = (actor: Pick<Actor, 'roles'> | null): boolean =>
  has(actor, 'MODERATOR', 'ADMIN');

/** What the actor may do with a review; nothing for people who are not signed in or may not see it. */
export function reviewActionsOf(
  actor: Actor | null,
  review: Pick<Review, 'authorId' | 'hidden'>,
  of: { sellerId: string },
): ReviewAction[] {
  if (!actor || !maySeeReview(actor, review)) return [];
  const isAuthor = review.authorId === actor.userId;
  const may: Record<ReviewAction, boolean> = {
    EDIT: isAuthor,
    // A hidden review stays: if it could be deleted, it could be written again, and be visible.
    DELETE: isAuthor && !review.hidden,
    ANSWER: mayDoFor(actor, 'ANSWER_REVIEWS', of),
    REPORT: !isAuthor && !review.hidden,
    HIDE: moderates(actor),
  };
  return REVIEW_ACTIONS.filter((action) => may[action]);
}

export const maySeeReview = (
  actor: Pick<Actor, 'userId' | 'roles'> | null,
  { authorId, hidden }: Pick<Review, 'authorId' | 'hidden'>,
): boolean => !hidden || moderates(actor) || authorId === actor?.userId;

/** How many reviews gave one, two, three, four and five stars. */
export type StarCounts = readonly [number, number, number, number, number];

export const NO_STARS: StarCounts = [0, 0, 0, 0, 0];

/** How creating, deleting or changing a review affects the counts. */
export const starsBetween = (before: number | null, after: number | null): StarCounts =>
  NO_STARS.map(
    (_, index) => Number(after === index + 1) - Number(before === index + 1),
  ) as unknown as StarCounts;

/** Null without reviews. */
export function averageOf(stars: StarCounts): number | null {
  const count = countOf(stars);
  return count === 0 ? null : stars.reduce((sum, n, index) => sum + n * (index + 1), 0) / count;
}

/** What is shown of buyers' opinions. */
export const ratingOf = (stars: StarCounts = NO_STARS) => ({
  average: averageOf(stars),
  count: countOf(stars),
  distribution: [...stars],
});

export const countOf = (stars: StarCounts): number => stars.reduce((sum, n) => sum + n, 0);

/** The requested changes of a review; missing fields stay as they are. */
export interface RequestedReview {
  rating?: number | null;
  mediaIds?: readonly string[] | null;
}

const assertRating = (rating: number | null | undefined): void => {
  if (rating != null) checkedWhole(rating, ['input', 'rating'], { min: 1, max: 5 });
};

/** Throws all mistakes of a new review. */
export const assertNewReview = ({ rating, mediaIds }: RequestedReview): void => {
  checkAll({
    rating: () => assertRating(rating),
    pictures: () => checkedPictures(mediaIds, 'review'),
  });
};

/** Throws all mistakes of a change that are visible without the review. */
export const assertReviewChange = ({ rating, mediaIds }: RequestedReview): void => {
  checkAll({
    rating: () => {
      if (rating === null) throw badInput('A review needs a rating.', ['input', 'rating']);
      assertRating(rating);
    },
    pictures: () => checkedPictures(mediaIds, 'review'),
  });
};
