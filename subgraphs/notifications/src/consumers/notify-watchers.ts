import type { NoticeWords } from '../domain/notice-words.ts';
import { deepestFall, isBackInStock, type WatchEvent } from '../domain/watch.ts';
import type { NotifyDeps, TransactionStores } from '../use-cases/deps.ts';
import { PEOPLE_AT_ONCE } from '../use-cases/notify.ts';
import { notifyInWords } from '../use-cases/notify-in-words.ts';
import { notificationsConsumer } from './consumer-deps.ts';

interface Change {
  eventId: string;
  sequence: number;
  occurredAt: Date;
  productId: string;
  kind: WatchEvent;
}

/** For so long what is not known of a product yet may still come, and is waited for. */
const YOUNG_MS = 3_600_000;

/**
 * Notifies who watches a product, some hundreds at a time; resolves to where the next part begins. Of one
 * product and kind an entry grows while it is unread: what comes and goes all day, or in fifty variants, is
 * one notice. Without words there is nothing to say yet, and it is tried again while that may change.
 */
async function notifyWatchers(
  deps: NotifyDeps,
  stores: TransactionStores,
  { productId, ...change }: Change,
  { words, after }: { words: NoticeWords | null; after: string | null },
): Promise<string | undefined> {
  const { kind, occurredAt } = change;
  const page = { after, limit: PEOPLE_AT_ONCE };
  const people = await stores.watches.watchers({ entityId: productId, event: kind }, page);
  if (people.length === 0) return undefined;
  if (words === null) {
    if (deps.clock().getTime() - occurredAt.getTime() > YOUNG_MS) return undefined;
    throw new Error('The product has not been heard of yet.');
  }
  const target = { type: 'EntityTarget', productId } as const;
  const subject = `watch:${kind}:${productId}`;
  await notifyInWords(deps, stores, { ...change, words, target, subject }, people);
  return people.length < PEOPLE_AT_ONCE ? undefined : people.at(-1);
}

const wordsOfStock = ({ title }: { title: string }) =>
  ({ text: 'BACK_IN_STOCK', values: { title } }) as const;

/**
 * What cannot be bought is nobody's news: its seller may be suspended since it was announced, or between two
 * parts of the people.
 */
const maySell = async (
  { sellerStaff }: TransactionStores,
  sellerId: string | null | undefined,
): Promise<boolean> => sellerId == null || sellerStaff.maySell(sellerId);

export const notifyOfStock = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-stock',
    consumes: 'products.InventoryUpdated',
    handle: async ({ event, eventId, sequence, occurredAt }, stores, from) => {
      const { productId, previousAvailability, availability } = event;
      if (!isBackInStock(previousAvailability, availability)) return undefined;
      const product = await stores.watches.findProduct(productId);
      if (!(await maySell(stores, product?.sellerId))) return undefined;
      const words = product && wordsOfStock(product);
      const change = { eventId, sequence, occurredAt, productId, kind: 'BACK_IN_STOCK' } as const;
      return notifyWatchers(deps, stores, change, { words, after: from ?? null });
    },
  });

export const copyNewPrices = notificationsConsumer({
  name: 'copy-new-prices',
  consumes: 'products.ProductCreated',
  handle: async ({ event: { variants, ...product }, sequence }, { watches }) => {
    await watches.keepPrices({ ...product, sequence }, variants);
  },
});

/** What is no more costs nothing, and nobody watches it; who did is forgotten some hundreds at a time. */
export const forgetProduct = ({ clock }: NotifyDeps) =>
  notificationsConsumer({
    name: 'forget-deleted-product',
    consumes: 'products.ProductDeleted',
    handle: async ({ event: { productId } }, { watches }, from) => {
      if (from === undefined) await watches.forgetPrices(productId, clock());
      const some = await watches.forgetWatchers(productId, PEOPLE_AT_ONCE);
      return some < PEOPLE_AT_ONCE ? undefined : 'more';
    },
  });

/** Where the notifying of a fall goes on. */
interface Place {
  after: string | null;
  price: number;
  before: number;
  currency: string;
}

/** What a product costs is kept; of the deepest fall among its variants who watches it is notified. */
export const notifyOfPrice = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-price',
    consumes: 'products.ProductUpdated',
    handle: async ({ event, eventId, sequence, occurredAt }, stores, from) => {
      const { productId, sellerId, title, status, variants } = event;
      let place: Place | null = from === undefined ? null : JSON.parse(from);
      if (place === null) {
        const product = { productId, sellerId, title, sequence };
        const fall = deepestFall(await stores.watches.keepPrices(product, variants), variants);
        // What is not on sale costs nothing, and its title may be nobody's yet.
        if (!fall || status !== 'ACTIVE') return undefined;
        const { priceMinor: price, currency } = fall.after;
        place = { after: null, price, before: fall.before.priceMinor, currency };
      }
      if (!(await maySell(stores, sellerId))) return undefined;
      const { after, price, before, currency } = place;
      const prices = {
        price: { minorUnits: price, currency },
        before: { minorUnits: before, currency },
      };
      const words = { text: 'PRICE_DROP', values: { title }, prices } as const;
      const change = { eventId, sequence, occurredAt, productId, kind: 'PRICE_DROP' } as const;
      const next = await notifyWatchers(deps, stores, change, { words, after });
      return next && JSON.stringify({ ...place, after: next });
    },
  });
