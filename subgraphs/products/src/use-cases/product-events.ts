import {
  CATALOG_STREAM,
  type EventLog,
  type NewEvent,
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
import type { ListedProduct } from './list-products.ts';

/** A draft concerns only its seller, so its changes are not in the public stream. */
const publicStreams = (isPublic: boolean) => (isPublic ? [CATALOG_STREAM] : []);

type Tools = Pick<Stores, 'products' | 'categories'> & Pick<TransactionTools, 'events'>;

/** The categories of a product, and their ancestors. */
interface ItsCategories {
  categoryIds: string[];
  aboveCategoryIds: string[];
}

const payloadOf = (
  product: Product,
  variants: readonly Variant[],
  itsCategories: ItsCategories,
) => ({
  productId: product.id,
  sellerId: product.sellerId,
  slug: product.slug,
  title: product.title,
  status: product.status,
  version: product.version,
  ...itsCategories,
  variants: variants.map(({ id, sku, title, priceMinor, currency, weightGrams }) => ({
    variantId: id,
    sku,
    title,
    priceMinor,
    currency,
    weightGrams,
  })),
});

/** Looks up the ancestors of the categories of several products at once. */
async function aboveOf({ categories }: Pick<Stores, 'categories'>, places: readonly string[]) {
  const above = places.length === 0 ? [] : await categories.ancestorsOf([...new Set(places)]);
  return (ids: readonly string[]): ItsCategories => {
    const found = above.filter(({ of }) => ids.includes(of)).map(({ category }) => category.id);
    return {
      categoryIds: [...ids].sort(),
      aboveCategoryIds: [...new Set(found)].filter((id) => !ids.includes(id)),
    };
  };
}

const streamsBeside = ({ publishedAt, sellerId }: Product) => [
  ...publicStreams(publishedAt !== null),
  sellerStream(sellerId),
];

/** What is announced about listed products: the initial stock of each, and its existence. */
export async function newsOfListed(
  stores: Pick<Stores, 'categories'>,
  listed: readonly ListedProduct[],
): Promise<NewEvent<'products.InventoryUpdated' | 'products.ProductCreated'>[]> {
  const placed = await aboveOf(
    stores,
    listed.flatMap(({ categoryIds }) => categoryIds),
  );
  return listed.flatMap(({ product, categoryIds, variants, items }) => [
    ...items.map(newInventory),
    {
      type: 'products.ProductCreated' as const,
      stream: productStream(product.id),
      alsoIn: streamsBeside(product),
      payload: payloadOf(product, variants, placed(categoryIds)),
    },
  ]);
}

export const appendProductUpdated = async (
  stores: Tools,
  product: Product,
  variants: readonly Variant[],
  changed: string[],
) => {
  const rows = await stores.products.categoryIdsOf([product.id]);
  const categoryIds = rows.map(({ categoryId }) => categoryId);
  const placed = await aboveOf(stores, categoryIds);
  return stores.events.append({
    type: 'products.ProductUpdated',
    stream: productStream(product.id),
    alsoIn: streamsBeside(product),
    payload: { ...payloadOf(product, variants, placed(categoryIds)), changed },
  });
};

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

/** The last event about a product. */
export const appendProductDeleted = (events: EventLog, product: Product) =>
  events.append({
    type: 'products.ProductDeleted',
    stream: productStream(product.id),
    alsoIn: streamsBeside(product),
    payload: { productId: product.id, sellerId: product.sellerId },
  });

/** The new state of a stock, and the fields that have changed. */
export interface InventoryChange {
  item: StockItem;
  before: Pick<StockItem, 'onHand' | 'reserved' | 'policy' | 'lowStockThreshold'>;
  /** The ledger line that caused it; null when only its rules changed. */
  movementId: string | null;
}

/**
 * Announces changed stocks; shoppers are told of those whose availability changed, and so is the seller, who
 * is also told of manual changes: but not of each sale, since sales would then have to commit one after the
 * other. All streams are locked before the first event, since stocks of the same products may change
 * concurrently in any order.
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
  for (const one of news) await events.append(inventoryUpdated(one));
  for (const { item, before } of changes) {
    if (isLow(item) && !isLow(before) && (await stock.announceLow(item))) {
      await appendStockLow(events, item);
    }
  }
}

/** For people who reorder it: once a day, however often the last one is reserved and released. */
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

/** The initial stock of a variant; shoppers learn of it from the news of the product. */
const newInventory = (item: StockItem) =>
  inventoryUpdated({
    ...{ item, movementId: null, byHand: false },
    previously: availabilityOf(item, item.forSale),
  });

export const appendNewInventory = (events: EventLog, item: StockItem) =>
  events.append(newInventory(item));

/** For a use case that appends to both streams of a product more than once. */
export const lockStreamsOf = (events: EventLog, { id, sellerId }: Product) =>
  events.lock([CATALOG_STREAM, productStream(id), sellerStream(sellerId)]);

interface InventoryNews {
  item: StockItem;
  previously: Availability;
  movementId: string | null;
  byHand: boolean;
}

function inventoryUpdated({
  item,
  previously: previousAvailability,
  movementId,
  byHand,
}: InventoryNews): NewEvent<'products.InventoryUpdated'> {
  const availability = availabilityOf(item, item.forSale);
  return {
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
  };
}
