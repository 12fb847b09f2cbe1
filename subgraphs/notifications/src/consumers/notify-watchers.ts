import { formatMoney, moneyOf } from '@souk/runtime/domain';
import { deepestFall, isBackInStock, type VariantPrice, type WatchEvent } from '../domain/watch.ts';
import type { NoticeWords } from '../domain/notice-words.ts';
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
  words: NoticeWords;
  /** Of one, an entry grows while it is unread: what comes and goes all day is one notice. */
  subject: string;
}

/** Notifies who watches a product, some hundreds at a time; resolves to where the next part begins. */
async function notifyWatchers(
  deps: NotifyDeps,
  stores: TransactionStores,
  { productId, ...change }: Change,
  after: string | null,
): Promise<string | undefined> {
  const page = { after, limit: PEOPLE_AT_ONCE };
  const watched = { entityId: productId, event: change.kind };
  const people = await stores.watches.watchers(watched, page);
  const target = { type: 'EntityTarget', productId } as const;
  await notifyInWords(deps, stores, { ...change, target }, people);
  return people.length < PEOPLE_AT_ONCE ? undefined : people.at(-1);
}

export const notifyOfStock = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-stock',
    consumes: 'products.InventoryUpdated',
    handle: async ({ event, eventId, sequence, occurredAt }, stores, from) => {
      const { productId, variantId, previousAvailability, availability } = event;
      if (!isBackInStock(previousAvailability, availability)) return undefined;
      const title = await stores.watches.titleOf(variantId);
      if (title === null) return undefined;
      const words = { text: 'BACK_IN_STOCK', values: { title } } as const;
      const what = { productId, kind: 'BACK_IN_STOCK', subject: `stock:${variantId}` } as const;
      const change = { eventId, sequence, occurredAt, words, ...what };
      return notifyWatchers(deps, stores, change, from ?? null);
    },
  });

export const copyNewPrices = notificationsConsumer({
  name: 'copy-new-prices',
  consumes: 'products.ProductCreated',
  handle: async ({ event: { productId, title, variants }, sequence }, { watches }) => {
    await watches.keepPrices({ productId, title, sequence }, variants);
  },
});

/** What is no more costs nothing, and nobody watches it. */
export const forgetProduct = notificationsConsumer({
  name: 'forget-deleted-product',
  consumes: 'products.ProductDeleted',
  handle: ({ event: { productId } }, { watches }) => watches.forget(productId),
});

/** Where the notifying of a fall goes on. */
interface Place {
  after: string | null;
  price: string;
  before: string;
}

/** What a product costs is kept; of the deepest fall among its variants who watches it is notified. */
export const notifyOfPrice = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-price',
    consumes: 'products.ProductUpdated',
    handle: async ({ event, eventId, sequence, occurredAt }, stores, from) => {
      const { productId, title, status, variants } = event;
      let place: Place | null = from === undefined ? null : JSON.parse(from);
      if (place === null) {
        const product = { productId, title, sequence };
        const fall = deepestFall(await stores.watches.keepPrices(product, variants), variants);
        // What cannot be bought costs nothing, and its title may be nobody's yet.
        if (!fall || status !== 'ACTIVE') return undefined;
        place = { after: null, price: shown(fall.after), before: shown(fall.before) };
      }
      const { after, price, before } = place;
      const words = { text: 'PRICE_DROP', values: { title, price, before } } as const;
      const what = { productId, kind: 'PRICE_DROP', subject: `price:${productId}` } as const;
      const change = { eventId, sequence, occurredAt, words, ...what };
      const next = await notifyWatchers(deps, stores, change, after);
      return next && JSON.stringify({ ...place, after: next });
    },
  });

const shown = ({ priceMinor, currency }: VariantPrice): string =>
  formatMoney(moneyOf(priceMinor, currency), 'en');
