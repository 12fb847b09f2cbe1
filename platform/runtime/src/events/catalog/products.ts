import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import {
  inventoryUpdatedV1,
  productCreatedV1,
  productUpdatedV1,
  stockRejectedV1,
} from './earlier-products.ts';

/** What an order needs to know of a product: enough to price a line without asking again. */
const product = {
  productId: z.string(),
  sellerId: z.string(),
  slug: z.string(),
  title: z.string(),
  status: z.enum(['DRAFT', 'ACTIVE', 'ARCHIVED']),
  version: z.number().int(),
  /** The categories it is assigned to directly, without their ancestors. */
  categoryIds: z.array(z.string()),
  /** The ancestors of those categories; the first events do not have them. */
  aboveCategoryIds: z.array(z.string()).optional(),
  variants: z.array(
    z.object({
      variantId: z.string(),
      sku: z.string(),
      title: z.string(),
      priceMinor: z.number().int(),
      currency: z.string(),
      weightGrams: z.number().int().nullable(),
    }),
  ),
};
/** A seller as a whole, with its members: the newest event contains everything. */
const seller = {
  sellerId: z.string(),
  handle: z.string(),
  displayName: z.string(),
  status: z.enum(['PENDING', 'ACTIVE', 'SUSPENDED', 'CLOSED']),
  version: z.number().int(),
  members: z.array(z.object({ userId: z.string(), role: z.enum(['OWNER', 'MANAGER', 'STAFF']) })),
  /**
   * Hundredths of a percent of each sale: a category's rate applies to its subcategories unless they have
   * their own.
   */
  commissions: z.array(
    z.object({ categoryId: z.string().nullable(), basisPoints: z.number().int() }),
  ),
};
const availability = z.enum(['IN_STOCK', 'LOW', 'BACKORDER', 'OUT', 'NOT_FOR_SALE']);
const stockLine = z.object({ variantId: z.string(), quantity: z.number().int() });

/** The objects that products sends news of; consumers wait for the latest. */
export const newsOfProduct = (productId: string) => `product:${productId}`;
export const newsOfStock = (variantId: string) => `stock:${variantId}`;
export const newsOfSeller = (sellerId: string) => `seller:${sellerId}`;
export const NEWS_OF_CATEGORIES = 'categories';

export const productsEvents = {
  'products.SellerCreated': defineEvent({
    version: 1,
    summary: 'Somebody opened a seller.',
    payload: z.object(seller),
    consumedBy: ['orders', 'notifications', 'chat'],
    newsOf: ({ sellerId }) => newsOfSeller(sellerId),
  }),
  'products.SellerUpdated': defineEvent({
    version: 1,
    summary: 'A seller changed: its name, its status, who works for it, or what it pays.',
    payload: z.object({ ...seller, changed: z.array(z.string()) }),
    consumedBy: ['orders', 'notifications', 'chat'],
    newsOf: ({ sellerId }) => newsOfSeller(sellerId),
  }),
  'products.CategoriesArranged': defineEvent({
    version: 1,
    summary: 'A category came, went or was put elsewhere: the whole tree as it is by then.',
    payload: z.object({
      /** A catalogue has at most a hundred, so the newest event contains all of them. */
      categories: z.array(z.object({ categoryId: z.string(), parentId: z.string().nullable() })),
    }),
    consumedBy: ['orders'],
    newsOf: () => NEWS_OF_CATEGORIES,
  }),
  'products.SellerReshelved': defineEvent({
    version: 1,
    summary: 'So far a seller’s products are in lists by its status; those behind are to follow.',
    payload: z.object({ sellerId: z.string(), upTo: z.string() }),
    consumedBy: ['products'],
  }),
  'products.ProductCreated': defineEvent({
    version: 2,
    summary: 'A seller listed a product.',
    payload: z.object(product),
    earlier: { 1: productCreatedV1 },
    consumedBy: ['orders', 'notifications'],
    newsOf: ({ productId }) => newsOfProduct(productId),
  }),
  'products.ProductUpdated': defineEvent({
    version: 2,
    summary: 'A product or one of its variants changed.',
    payload: z.object({ ...product, changed: z.array(z.string()) }),
    earlier: { 1: productUpdatedV1 },
    consumedBy: ['orders', 'notifications'],
    newsOf: ({ productId }) => newsOfProduct(productId),
  }),
  'products.ProductDeleted': defineEvent({
    version: 1,
    summary: 'A product that nobody had ordered is no more.',
    payload: z.object({ productId: z.string(), sellerId: z.string() }),
    consumedBy: ['orders', 'notifications'],
    newsOf: ({ productId }) => newsOfProduct(productId),
  }),
  'products.ReviewPosted': defineEvent({
    version: 1,
    summary: 'A buyer said what they think of what they bought.',
    payload: z.object({
      reviewId: z.string(),
      productId: z.string(),
      sellerId: z.string(),
      authorId: z.string(),
      rating: z.number().int(),
      /** The title of the reviewed product; the first events do not have it. */
      productTitle: z.string().default(''),
    }),
    consumedBy: ['notifications'],
  }),
  'products.ReviewDeleted': defineEvent({
    version: 1,
    summary: 'Somebody took their review back.',
    payload: z.object({
      reviewId: z.string(),
      productId: z.string(),
      sellerId: z.string(),
      authorId: z.string(),
      /** Whether its author has no other review of the product. */
      isLast: z.boolean(),
    }),
    consumedBy: ['notifications'],
  }),
  'products.InventoryUpdated': defineEvent({
    version: 2,
    summary: 'The stock of a variant changed; available = onHand - reserved.',
    payload: z.object({
      variantId: z.string(),
      productId: z.string(),
      onHand: z.number().int(),
      reserved: z.number().int(),
      available: z.number().int(),
      /** CONTINUE: sold regardless of stock. */
      policy: z.enum(['DENY', 'CONTINUE']),
      /** What shoppers see of it, before and after. */
      previousAvailability: availability,
      availability,
      /** The ledger line that caused it; null when only its rules changed, and for the first events. */
      movementId: z.string().nullable().default(null),
    }),
    earlier: { 1: inventoryUpdatedV1 },
    consumedBy: ['orders', 'notifications'],
    newsOf: ({ variantId }) => newsOfStock(variantId),
  }),
  'products.StockLow': defineEvent({
    version: 1,
    summary:
      'Of a variant there are no more than its seller’s threshold, and were more before; once a day at most.',
    payload: z.object({
      variantId: z.string(),
      productId: z.string(),
      sellerId: z.string(),
      /** The product’s. */
      title: z.string(),
      sku: z.string(),
      available: z.number().int(),
      threshold: z.number().int(),
    }),
    consumedBy: ['notifications'],
  }),
  'products.ImportProgressed': defineEvent({
    version: 1,
    summary: 'An import of products was asked for, went on, or came to its end.',
    payload: z.object({
      importId: z.string(),
      sellerId: z.string(),
      status: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED']),
    }),
    consumedBy: [],
  }),
  'products.StockReserved': defineEvent({
    version: 1,
    summary: 'Every line of an order is set aside for it.',
    payload: z.object({ orderId: z.string(), lines: z.array(stockLine) }),
    consumedBy: ['orders'],
  }),
  'products.StockRejected': defineEvent({
    version: 2,
    summary: 'An order asked for more than there is; nothing was set aside.',
    payload: z.object({
      orderId: z.string(),
      shortages: z.array(
        z.object({
          variantId: z.string(),
          requested: z.number().int(),
          reason: z.enum(['NOT_FOR_SALE', 'OUT_OF_STOCK', 'TOO_MANY']),
        }),
      ),
    }),
    earlier: { 1: stockRejectedV1 },
    consumedBy: ['orders'],
  }),
};
