import type { EventLog } from '@souk/runtime';
import type { Product } from '../domain/product.ts';
import { availableOf, type StockItem } from '../domain/stock.ts';
import type { Variant } from '../domain/variant.ts';

/** The stream that shows everybody what changes in the catalogue. */
export const CATALOG_STREAM = 'catalog';

const streamOf = (productId: string) => `product:${productId}`;

/** A draft is nobody's business but its seller's, so its changes stay out of the public stream. */
const publicStreams = (isPublic: boolean) => (isPublic ? [CATALOG_STREAM] : []);

const payloadOf = (product: Product, variants: readonly Variant[]) => ({
  productId: product.id,
  sellerId: product.sellerId,
  slug: product.slug,
  title: product.title,
  status: product.status,
  version: product.version,
  variants: variants.map(({ id, sku, title, priceMinor, currency, weightGrams }) => ({
    variantId: id,
    sku,
    title,
    priceMinor,
    currency,
    weightGrams,
  })),
});

export const appendProductCreated = (
  events: EventLog,
  product: Product,
  variants: readonly Variant[],
) =>
  events.append({
    type: 'products.ProductCreated',
    stream: streamOf(product.id),
    alsoIn: publicStreams(product.publishedAt !== null),
    payload: payloadOf(product, variants),
  });

export const appendProductUpdated = (
  events: EventLog,
  product: Product,
  variants: readonly Variant[],
  changed: string[],
) =>
  events.append({
    type: 'products.ProductUpdated',
    stream: streamOf(product.id),
    alsoIn: publicStreams(product.publishedAt !== null),
    payload: { ...payloadOf(product, variants), changed },
  });

export const appendInventoryUpdated = (
  events: EventLog,
  item: StockItem,
  { previousAvailable, isPublic }: { previousAvailable: number; isPublic: boolean },
) =>
  events.append({
    type: 'products.InventoryUpdated',
    stream: streamOf(item.productId),
    alsoIn: publicStreams(isPublic),
    payload: {
      variantId: item.variantId,
      productId: item.productId,
      onHand: item.onHand,
      reserved: item.reserved,
      available: availableOf(item),
      previousAvailable,
      policy: item.policy,
    },
  });
