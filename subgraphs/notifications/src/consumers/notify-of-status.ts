import type { NoticeWords } from '../domain/notice-words.ts';
import { allCategoriesOf, type WatchedProduct, wordsOfStatus } from '../domain/watch.ts';
import type { NotifyDeps, TransactionStores } from '../use-cases/deps.ts';
import {
  FIRST_WATCHERS,
  notifyWatchers,
  type WatchedChange,
  type WatchPlace,
} from '../use-cases/notify-watchers.ts';
import { notificationsConsumer } from './consumer-deps.ts';

type Happened = Pick<WatchedChange, 'eventId' | 'sequence' | 'occurredAt'>;

/** Where notifying of a status continues: the text was decided by what was known before. */
interface StatusPlace extends WatchPlace {
  words: NoticeWords;
}

/**
 * Stores what is known of a product; people who watch it, its seller or its categories are notified when it
 * appears or disappears.
 */
async function followProduct(
  deps: NotifyDeps,
  stores: TransactionStores,
  { product, isNews, ...happened }: Happened & { product: WatchedProduct; isNews: boolean },
  from: string | undefined,
): Promise<string | undefined> {
  const { productId, sellerId, title, status, categoryIds } = product;
  let place: StatusPlace | null = from === undefined ? null : JSON.parse(from);
  if (place === null) {
    const { sequence } = happened;
    const kept = { productId, sellerId, title, status, categoryIds, sequence };
    const before = await stores.watches.keepProduct(kept);
    // For a product that was unknown, only the event's statement about its status is news.
    if (before === undefined || (before === null && !isNews)) return undefined;
    const words = wordsOfStatus(before, product);
    if (!words) return undefined;
    place = { ...FIRST_WATCHERS, words };
  }
  // Products of a suspended seller are not shown, whatever happens to them.
  if (!(await stores.sellerStaff.maySell(sellerId))) return undefined;
  const { words } = place;
  const watched = [productId, sellerId, ...categoryIds];
  const change = {
    ...happened,
    event: 'STATUS_CHANGE',
    words,
    entityId: productId,
    watched,
  } as const;
  const next = await notifyWatchers(deps, stores, change, place);
  return next && JSON.stringify({ words, ...next });
}

export const followNewProduct = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'follow-new-product',
    consumes: 'products.ProductCreated',
    handle: ({ event, eventId, sequence, occurredAt }, stores, from) => {
      const product = { ...event, categoryIds: allCategoriesOf(event) };
      const happened = { eventId, sequence, occurredAt, product, isNews: true };
      return followProduct(deps, stores, happened, from);
    },
  });

export const followChangedProduct = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'follow-changed-product',
    consumes: 'products.ProductUpdated',
    handle: ({ event, eventId, sequence, occurredAt }, stores, from) => {
      const product = { ...event, categoryIds: allCategoriesOf(event) };
      const isNews = event.changed.includes('status');
      const happened = { eventId, sequence, occurredAt, product, isNews };
      return followProduct(deps, stores, happened, from);
    },
  });

const SELLER_TEXTS = {
  ACTIVE: 'SELLER_ACTIVE',
  SUSPENDED: 'SELLER_CLOSED',
  CLOSED: 'SELLER_CLOSED',
} as const;

/**
 * People who watch a seller are notified when it begins to sell, and when it stops; an older event causes no
 * notice.
 */
export const notifyOfSellerStatus = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-seller-status',
    consumes: 'products.SellerUpdated',
    handle: async ({ event: seller, eventId, sequence, occurredAt }, stores, from) => {
      const { sellerId, status, displayName: title, changed } = seller;
      if (!changed.includes('status') || status === 'PENDING') return undefined;
      if (await stores.sellerStaff.isOlder(sellerId, sequence)) return undefined;
      const place: WatchPlace = from === undefined ? FIRST_WATCHERS : JSON.parse(from);
      const next = await notifyWatchers(
        deps,
        stores,
        {
          eventId,
          sequence,
          occurredAt,
          event: 'STATUS_CHANGE',
          entityId: sellerId,
          words: { text: SELLER_TEXTS[status], values: { title } },
          watched: [sellerId],
        },
        place,
      );
      return next && JSON.stringify(next);
    },
  });
