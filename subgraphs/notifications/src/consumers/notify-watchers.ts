import { allCategoriesOf, deepestFall, isBackInStock } from '../domain/watch.ts';
import type { NotifyDeps, TransactionStores } from '../use-cases/deps.ts';
import { PEOPLE_AT_ONCE } from '../use-cases/notify.ts';
import { FIRST_WATCHERS, notifyWatchers, type WatchPlace } from '../use-cases/notify-watchers.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** How long missing news of a product may still arrive, and are waited for. */
const YOUNG_MS = 3_600_000;

/**
 * A product that cannot be bought is not announced: its seller may have been suspended since the event, or
 * between two parts of its watchers.
 */
const maySell = async (
  { sellerStaff }: TransactionStores,
  sellerId: string | null,
): Promise<boolean> => sellerId === null || sellerStaff.maySell(sellerId);

/** Without a title there is nothing to say yet, and this is retried while one may arrive. */
export const notifyOfStock = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-stock',
    consumes: 'products.InventoryUpdated',
    handle: async ({ event: stock, eventId, sequence, occurredAt }, stores, from) => {
      const { productId, previousAvailability, availability } = stock;
      if (!isBackInStock(previousAvailability, availability)) return undefined;
      const product = await stores.watches.findProduct(productId);
      if (!product) {
        const of = { entityId: productId, event: 'BACK_IN_STOCK' } as const;
        const isYoung = deps.clock().getTime() - occurredAt.getTime() <= YOUNG_MS;
        const [watcher] = await stores.watches.watchers(of, { after: null, limit: 1 });
        if (isYoung && watcher) throw new Error('The product has not been heard of yet.');
        return undefined;
      }
      const { title, sellerId, categoryIds } = product;
      if (!(await maySell(stores, sellerId))) return undefined;
      const place: WatchPlace = from === undefined ? FIRST_WATCHERS : JSON.parse(from);
      const next = await notifyWatchers(
        deps,
        stores,
        {
          eventId,
          sequence,
          occurredAt,
          event: 'BACK_IN_STOCK',
          entityId: productId,
          words: { text: 'BACK_IN_STOCK', values: { title } },
          watched: [productId, ...(sellerId === null ? [] : [sellerId]), ...categoryIds],
        },
        place,
      );
      return next && JSON.stringify(next);
    },
  });

export const copyNewPrices = notificationsConsumer({
  name: 'copy-new-prices',
  consumes: 'products.ProductCreated',
  handle: async ({ event: { variants, ...product }, sequence }, { watches }) => {
    await watches.keepPrices({ ...product, sequence }, variants);
  },
});

/** A deleted product has no price and no watchers; they are deleted some hundreds at a time. */
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

/** Where notifying of a lower price continues. */
interface FallPlace extends WatchPlace {
  price: number;
  before: number;
  currency: string;
}

/** Stores what a product costs; its watchers are notified of the largest price drop among its variants. */
export const notifyOfPrice = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-price',
    consumes: 'products.ProductUpdated',
    handle: async ({ event: product, eventId, sequence, occurredAt }, stores, from) => {
      const { productId, sellerId, title, status, variants } = product;
      let place: FallPlace | null = from === undefined ? null : JSON.parse(from);
      if (place === null) {
        const known = { productId, sellerId, title, sequence };
        const fall = deepestFall(await stores.watches.keepPrices(known, variants), variants);
        // A product that is not on sale has no price, and its title may not be public yet.
        if (!fall || status !== 'ACTIVE') return undefined;
        const { priceMinor: price, currency } = fall.after;
        place = { ...FIRST_WATCHERS, price, before: fall.before.priceMinor, currency };
      }
      if (!(await maySell(stores, sellerId))) return undefined;
      const { price, before, currency } = place;
      const prices = {
        price: { minorUnits: price, currency },
        before: { minorUnits: before, currency },
      };
      const next = await notifyWatchers(
        deps,
        stores,
        {
          eventId,
          sequence,
          occurredAt,
          event: 'PRICE_DROP',
          entityId: productId,
          words: { text: 'PRICE_DROP', values: { title }, prices },
          watched: [productId, sellerId, ...allCategoriesOf(product)],
        },
        place,
      );
      return next && JSON.stringify({ ...place, ...next });
    },
  });
