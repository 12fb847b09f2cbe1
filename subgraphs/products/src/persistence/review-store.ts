import { announceLocks } from '@souk/runtime/persistence';
import type { Review as ReviewRow } from '../__generated__/prisma/client.ts';
import { Prisma } from '../__generated__/prisma/client.ts';
import {
  type Purchase,
  REVIEW_SORTS,
  type ReportReason,
  type Review,
  type ReviewSort,
  type StarCounts,
} from '../domain/review.ts';
import type { Db } from './client.ts';

/** A page of the public reviews of a product. */
export interface ReviewPage {
  readonly productId: string;
  readonly sort: ReviewSort;
  /** Only those with this number of stars. */
  readonly rating: number | null;
  readonly after: readonly [rating: number, id: string] | null;
  readonly limit: number;
}

export interface ReviewStore {
  findMany(ids: readonly string[]): Promise<Review[]>;
  findManyByLine(lineIds: readonly string[]): Promise<Review[]>;
  /** Locked until the transaction ends, so that it is counted once. */
  lock(id: string): Promise<Review | null>;
  /** False, without any change, when there is one for this line already. */
  insert(review: Review): Promise<boolean>;
  update(review: Review): Promise<void>;
  delete(id: string): Promise<void>;
  /** Pages with the same order are read together. */
  pagesOf(pages: readonly ReviewPage[]): Promise<{ page: ReviewPage; review: Review }[]>;
  /** The newest review of each product by somebody. */
  byAuthor(authorId: string, productIds: readonly string[]): Promise<Review[]>;
  /** Adds the effect of a change to the counts, which others may change at the same time. */
  addStars(productId: string, stars: StarCounts): Promise<void>;
  starsOf(productIds: readonly string[]): Promise<{ productId: string; stars: StarCounts }[]>;
  /** Of everything that each of them sells. */
  starsOfSellers(sellerIds: readonly string[]): Promise<{ sellerId: string; stars: StarCounts }[]>;
  report(report: ReviewReport): Promise<void>;
  /** Nobody has reported it any more. */
  settleReports(reviewId: string): Promise<void>;
  /** Visible ones that somebody reported, newest first. */
  reported(page: { before: string | null; limit: number }): Promise<Review[]>;
  countReported(): Promise<number>;
  reasonsOf(reviewIds: readonly string[]): Promise<{ reviewId: string; reason: ReportReason }[]>;
  /** How often the line has been reviewed, including this time. */
  countReview(lineId: string): Promise<number>;
  rememberPurchases(purchases: readonly Purchase[]): Promise<void>;
  findPurchases(lineIds: readonly string[]): Promise<Purchase[]>;
  /** What somebody bought of each product and has not reviewed. */
  unreviewed(buyerId: string, productIds: readonly string[]): Promise<{ productId: string }[]>;
}

export interface ReviewReport {
  reviewId: string;
  userId: string;
  reason: ReportReason;
  note: string | null;
  reportedAt: Date;
}

/**
 * Each order, and what comes after a place in it. Where no place is given it is one before all: an index is walked from a
 * place, and from its beginning to there, row by row, where a condition says that there may be none.
 */
const ORDERS = {
  NEWEST: { by: Prisma.sql`r.id DESC`, beyond: Prisma.sql`r.id < coalesce(w.after_id, '~')` },
  // Said of both, so that the index of all ratings does not look as good as that of one.
  NEWEST_OF_RATING: {
    by: Prisma.sql`r.id DESC`,
    beyond: Prisma.sql`(r.rating, r.id) < (w.rating, coalesce(w.after_id, '~'))`,
  },
  RATING_HIGH: {
    by: Prisma.sql`r.rating DESC, r.id DESC`,
    beyond: Prisma.sql`(r.rating, r.id) < (coalesce(w.after_rating, 6), coalesce(w.after_id, '~'))`,
  },
  RATING_LOW: {
    by: Prisma.sql`r.rating ASC, r.id ASC`,
    beyond: Prisma.sql`(r.rating, r.id) > (coalesce(w.after_rating, 0), coalesce(w.after_id, ''))`,
  },
} as const;

export const createReviewStore = (db: Db): ReviewStore => {
  const findMany = async (ids: readonly string[]) => {
    const rows = await db.review.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(reviewOfRow);
  };
  // With a rating or without one: each has an index that is walked in its order.
  const pagesIn = async (sort: ReviewSort, rated: boolean, pages: readonly ReviewPage[]) => {
    const { by, beyond } = ORDERS[rated && sort === 'NEWEST' ? 'NEWEST_OF_RATING' : sort];
    const rows = await db.$queryRaw<(Review & { place: bigint })[]>`
      SELECT r.id, r.line_id AS "lineId", r.product_id AS "productId", r.variant_id AS "variantId",
        r.author_id AS "authorId", r.rating, r.title, r.text, r.answer, r.answered_at AS "answeredAt",
        r.hidden, r.hidden_reason AS "hiddenReason", r.created_at AS "createdAt",
        r.edited_at AS "editedAt", w.place
      FROM unnest(
        ${pages.map(({ productId }) => productId)}::text[], ${pages.map(({ rating }) => rating)}::int[],
        ${pages.map(({ after }) => after?.[0] ?? null)}::int[],
        ${pages.map(({ after }) => after?.[1] ?? null)}::text[], ${pages.map(({ limit }) => limit)}::int[]
      ) WITH ORDINALITY AS w (product_id, rating, after_rating, after_id, size, place)
      CROSS JOIN LATERAL (
        SELECT * FROM review r WHERE r.product_id = w.product_id AND NOT r.hidden
          ${rated ? Prisma.sql`AND r.rating = w.rating` : Prisma.empty} AND ${beyond}
        ORDER BY ${by} LIMIT w.size
      ) r ORDER BY w.place, ${by}`;
    return rows.map(({ place, ...review }) => ({
      page: pages[Number(place) - 1] as ReviewPage,
      review,
    }));
  };
  return {
    findMany,
    findManyByLine: async (lineIds) => {
      const rows = await db.review.findMany({ where: { lineId: { in: [...lineIds] } } });
      return rows.map(reviewOfRow);
    },
    lock: async (id) => {
      announceLocks(db, id);
      await db.$queryRaw`SELECT 1 FROM review WHERE id = ${id} FOR UPDATE`;
      const [review] = await findMany([id]);
      return review ?? null;
    },
    insert: async (review) => {
      const { count } = await db.review.createMany({ data: [review], skipDuplicates: true });
      return count === 1;
    },
    countReview: async (lineId) => {
      const { reviewed } = await db.purchase.update({
        where: { lineId },
        data: { reviewed: { increment: 1 } },
        select: { reviewed: true },
      });
      return reviewed;
    },
    update: async ({ id, ...data }) => {
      await db.review.update({ where: { id }, data });
    },
    delete: async (id) => {
      await db.review.delete({ where: { id } });
    },
    pagesOf: async (pages) => {
      const kinds = REVIEW_SORTS.flatMap((sort) => [true, false].map((rated) => ({ sort, rated })));
      const found = await Promise.all(
        kinds.map(({ sort, rated }) => {
          const of = pages.filter((page) => page.sort === sort && (page.rating !== null) === rated);
          return of.length === 0 ? [] : pagesIn(sort, rated, of);
        }),
      );
      return found.flat();
    },
    byAuthor: async (authorId, productIds) => {
      const newest = await db.$queryRaw<{ id: string }[]>`
        SELECT max(id) AS id FROM review
        WHERE author_id = ${authorId} AND product_id = ANY(${[...productIds]}) GROUP BY product_id`;
      return findMany(newest.map(({ id }) => id));
    },
    addStars: async (productId, [one, two, three, four, five]) => {
      announceLocks(db, productId);
      // First an empty row: a decrement could not be inserted as a new one.
      await db.$executeRaw`
        INSERT INTO product_rating (product_id) VALUES (${productId}) ON CONFLICT DO NOTHING`;
      await db.$executeRaw`
        UPDATE product_rating SET one = one + ${one}::int, two = two + ${two}::int,
          three = three + ${three}::int, four = four + ${four}::int, five = five + ${five}::int
        WHERE product_id = ${productId}`;
    },
    starsOf: async (productIds) => {
      const rows = await db.productRating.findMany({
        where: { productId: { in: [...productIds] } },
      });
      return rows.map(({ productId, one, two, three, four, five }) => ({
        productId,
        stars: [one, two, three, four, five],
      }));
    },
    starsOfSellers: async (sellerIds) => {
      const rows = await db.sellerRating.findMany({ where: { sellerId: { in: [...sellerIds] } } });
      return rows.map(({ sellerId, one, two, three, four, five }) => ({
        sellerId,
        stars: [one, two, three, four, five],
      }));
    },
    report: async (report) => {
      await db.reviewReport.createMany({ data: [report], skipDuplicates: true });
      await db.review.update({ where: { id: report.reviewId }, data: { reported: true } });
    },
    settleReports: async (reviewId) => {
      await db.reviewReport.deleteMany({ where: { reviewId } });
      await db.review.update({ where: { id: reviewId }, data: { reported: false } });
    },
    reported: ({ before, limit }) =>
      db.review.findMany({
        where: {
          hidden: false,
          reported: true,
          ...(before === null ? {} : { id: { lt: before } }),
        },
        orderBy: { id: 'desc' },
        take: limit,
      }),
    countReported: () => db.review.count({ where: { hidden: false, reported: true } }),
    reasonsOf: (reviewIds) => db.$queryRaw<{ reviewId: string; reason: ReportReason }[]>`
      SELECT DISTINCT review_id AS "reviewId", reason FROM review_report
      WHERE review_id = ANY(${[...reviewIds]}) ORDER BY review_id, reason`,
    rememberPurchases: async (purchases) => {
      await db.purchase.createMany({ data: [...purchases], skipDuplicates: true });
    },
    findPurchases: (lineIds) => db.purchase.findMany({ where: { lineId: { in: [...lineIds] } } }),
    unreviewed: (buyerId, productIds) => db.$queryRaw<{ productId: string }[]>`
      SELECT DISTINCT p.product_id AS "productId" FROM purchase p
      WHERE p.buyer_id = ${buyerId} AND p.product_id = ANY(${[...productIds]})
        AND NOT EXISTS (SELECT 1 FROM review r WHERE r.line_id = p.line_id)`,
  };
};

/** Reports are written separately, not with the other changes of a review. */
const reviewOfRow = ({ reported: _, ...review }: ReviewRow): Review => review;
