import { payoutText } from '../domain/status-texts.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notifyInWords } from '../use-cases/notify-in-words.ts';
import { settleSubjectForAll } from '../use-cases/settle-subjects.ts';
import { notificationsConsumer } from './consumer-deps.ts';

export const notifyOfSale = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-sale',
    consumes: 'orders.SellerOrderReceived',
    handle: async ({ event: { sellerId, sellerOrderId, number }, ...delivery }, stores) => {
      const words = { text: 'ORDER_RECEIVED', values: { number } } as const;
      const target = { type: 'SellerOrderTarget', sellerOrderId, sellerId } as const;
      const people = await stores.sellerStaff.membersOf(sellerId);
      await notifyInWords(
        deps,
        stores,
        { ...delivery, kind: 'ORDER_RECEIVED', words, target },
        people,
      );
    },
  });

/** Of a seller's money only those are notified who may see it. */
export const notifyOfPayout = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-payout',
    consumes: 'orders.PayoutChanged',
    handle: async ({ event: { sellerId, payoutId, status }, ...delivery }, stores) => {
      const text = payoutText(status);
      if (!text) return;
      const words = { text, values: {} };
      const target = { type: 'PayoutTarget', payoutId, sellerId } as const;
      const people = await stores.sellerStaff.managersOf(sellerId);
      await notifyInWords(deps, stores, { ...delivery, kind: 'PAYOUT', words, target }, people);
    },
  });

/** Once for each time that stock falls to the seller's threshold. */
export const notifyOfLowStock = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-low-stock',
    consumes: 'products.StockLow',
    handle: async ({ event: { sellerId, variantId, title, available }, ...at }, stores) => {
      const words = { text: 'LOW_STOCK', values: { title, available: String(available) } } as const;
      const target = { type: 'StockTarget', variantId, sellerId } as const;
      const people = await stores.sellerStaff.membersOf(sellerId);
      await notifyInWords(deps, stores, { ...at, kind: 'LOW_STOCK', words, target }, people);
    },
  });

/** One person's review of one product. */
const reviewsBy = (authorId: string, productId: string) => `review:${productId}:${authorId}`;

/**
 * The author may work for the seller, and then need not be told. Repeated reviews of one product by one
 * person are one entry while it is unread.
 */
export const notifyOfReview = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-review',
    consumes: 'products.ReviewPosted',
    handle: async ({ event, ...delivery }, stores) => {
      const { sellerId, reviewId, productId, authorId, rating, productTitle: title } = event;
      const subject = reviewsBy(authorId, productId);
      const words = { text: 'REVIEW_POSTED', values: { title, rating: String(rating) } } as const;
      const target = { type: 'ReviewTarget', reviewId, sellerId } as const;
      const people = await stores.sellerStaff.membersOf(sellerId);
      await notifyInWords(
        deps,
        stores,
        { ...delivery, kind: 'REVIEW', words, target, actorId: authorId, subject },
        people.filter((userId) => userId !== authorId),
      );
    },
  });

/** A deleted review need not be read any more, unless the person has another one of the product. */
export const settleDeletedReview = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'settle-deleted-review',
    consumes: 'products.ReviewDeleted',
    handle: async ({ event: { sellerId, productId, authorId, isLast }, occurredAt }, stores) => {
      if (!isLast) return;
      await settleSubjectForAll(deps, stores, {
        userIds: await stores.sellerStaff.membersOf(sellerId),
        subject: reviewsBy(authorId, productId),
        settledAt: occurredAt,
      });
    },
  });
