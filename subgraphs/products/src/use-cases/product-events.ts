import {
  CATALOG_STREAM,
  type EventLog,
  productStream,
  sellerStream,
  type TransactionTools,
} from '@souk/runtime/events';
import { type Availability, availabilityOf } from '../domain/availability.ts';
import type { Product } from '../domain/product.ts';
import type { Review } from '../domain/review.ts';
import { availableOf, isLow, type StockItem } from '../domain/stock.ts';
import type { Variant } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';

/** A draft is nobody's business but its seller's, so its changes stay out of the public stream. */
const publicStreams = (isPublic: boolean) => (isPublic ? [CATALOG_STREAM] : []);

type Tools = Pick<Stores, 'products' | 'categories'> & Pick<TransactionTools, 'events'>;

const payloadOf = async (stores: Tools, product: Product, variants: readonly Variant[]) => ({
  productId: product.id,
  sellerId: product.sellerId,
  slug: product.slug,
  title: product.title,
  status: product.status,
  version: product.version,
  ...(await categoriesOf(stores, product.id)),
  variants: variants.map(({ id, sku, title, priceMinor, currency, weightGrams }) => ({
    variantId: id,
    sku,
    title,
    priceMinor,
    currency,
    weightGrams,
  })),
});

/** The categories that a product is put into, and what those are parts of. */
async function categoriesOf({ products, categories }: Tools, productId: string) {
  const rows = await products.categoryIdsOf([productId]);
  const categoryIds = rows.map(({ categoryId }) => categoryId);
  const above = categoryIds.length === 0 ? [] : await categories.ancestorsOf(categoryIds);
  const ids = new Set(above.map(({ category }) => category.id));
  return { categoryIds, aboveCategoryIds: [...ids].filter((id) => !categoryIds.includes(id)) };
}

export const appendProductCreated = async (
  stores: Tools,
  product: Product,
  variants: readonly Variant[],
) =>
  stores.events.append({
    type: 'products.ProductCreated',
    stream: productStream(product.id),
    alsoIn: [...publicStreams(product.publishedAt !== null), sellerStream(product.sellerId)],
    payload: await payloadOf(stores, product, variants),
  });

export const appendProductUpdated = async (
  stores: Tools,
  product: Product,
  variants: readonly Variant[],
  changed: string[],
) =>
  stores.events.append({
    type: 'products.ProductUpdated',
    stream: productStream(product.id),
    alsoIn: [...publicStreams(product.publishedAt !== null), sellerStream(product.sellerId)],
    payload: { ...(await payloadOf(stores, product, variants)), changed },
  });

export const appendReviewPosted = (events: EventLog, product: Product, review: Review) =>
  events.append({
    type: 'products.ReviewPosted',
    stream: productStream(product.id),
    alsoIn: [sellerStream(product.sellerId)],
    payload: {
      ...{ reviewId: review.id, productId: product.id, sellerId: product.sellerId },
      ...{ authorId: review.authorId, rating: review.rating, productTitle: product.title },
    },
  });

export const appendReviewDeleted = (
  events: EventLog,
  product: Product,
  { id: reviewId, authorId }: Review,
  isLast: boolean,
) =>
  events.append({
    type: 'products.ReviewDeleted',
    stream: productStream(product.id),
    payload: { reviewId, productId: product.id, sellerId: product.sellerId, authorId, isLast },
  });

/** The last that is told of a product. */
export const appendProductDeleted = (events: EventLog, product: Product) =>
  events.append({
    type: 'products.ProductDeleted',
    stream: productStream(product.id),
    alsoIn: [...publicStreams(product.publishedAt !== null), sellerStream(product.sellerId)],
    payload: { productId: product.id, sellerId: product.sellerId },
  });

/** A stock as it is, and what of it was otherwise before. */
export interface InventoryChange {
  item: StockItem;
  before: Pick<StockItem, 'onHand' | 'reserved' | 'policy' | 'lowStockThreshold'>;
  /** The last line of the ledger that made it so; null where only its rules changed. */
  movementId: string | null;
}

/**
 * Tells of changed stocks; shoppers hear of those whose availability changed, and so does the seller, who
 * hears of what was changed by hand, too: not of each sale, which would commit one after the other. All streams are locked
 * before the first event, since stocks of the same products may change at once in any order.
 */
export async function appendInventoryChanges(
  { events, stock }: Pick<Stores, 'stock'> & Pick<TransactionTools, 'events'>,
  changes: readonly InventoryChange[],
  byHand = false,
) {
  const news = changes.map(({ item, before, movementId }) => ({
    ...{ item, movementId, byHand },
    previously: availabilityOf(before, item.forSale),
  }));
  const isPublic = news.some(
    ({ item, previously }) => availabilityOf(item, item.forSale) !== previously,
  );
  const own = news.flatMap(({ item }) => [
    productStream(item.productId),
    sellerStream(item.sellerId),
  ]);
  if (news.length > 1) await events.lock([...publicStreams(isPublic), ...own]);
  for (const one of news) await appendInventory(events, one);
  for (const { item, before } of changes) {
    if (isLow(item) && !isLow(before) && (await stock.announceLow(item))) {
      await appendStockLow(events, item);
    }
  }
}

/** For those who are to order more of it: once a day, however often the last one is reserved and released. */
const appendStockLow = (events: EventLog, item: StockItem) =>
  events.append({
    type: 'products.StockLow',
    stream: productStream(item.productId),
    payload: {
      ...{ variantId: item.variantId, productId: item.productId, sellerId: item.sellerId },
      ...{ title: item.title, sku: item.sku, available: availableOf(item) },
      threshold: item.lowStockThreshold ?? 0,
    },
  });

/** The first stock of a variant; news of the product tell shoppers of it. */
export const appendNewInventory = (events: EventLog, item: StockItem) =>
  appendInventory(events, {
    ...{ item, movementId: null, byHand: false },
    previously: availabilityOf(item, item.forSale),
  });

/** For a use case that appends to both streams of a product more than once. */
export const lockStreamsOf = (events: EventLog, { id, sellerId }: Product) =>
  events.lock([CATALOG_STREAM, productStream(id), sellerStream(sellerId)]);

interface InventoryNews {
  item: StockItem;
  previously: Availability;
  movementId: string | null;
  byHand: boolean;
}

function appendInventory(
  events: EventLog,
  { item, previously: previousAvailability, movementId, byHand }: InventoryNews,
) {
  const availability = availabilityOf(item, item.forSale);
  return events.append({
    type: 'products.InventoryUpdated',
    stream: productStream(item.productId),
    alsoIn: [
      ...publicStreams(availability !== previousAvailability),
      ...(byHand || availability !== previousAvailability ? [sellerStream(item.sellerId)] : []),
    ],
    payload: {
      variantId: item.variantId,
      productId: item.productId,
      onHand: item.onHand,
      reserved: item.reserved,
      available: availableOf(item),
      policy: item.policy,
      previousAvailability,
      availability,
      movementId,
    },
  });
}
