import { storedMinor } from '@souk/runtime/domain';
import type { PayloadOf } from '@souk/runtime/events';
import type { PricedItem as ItemRow } from '../__generated__/prisma/client.ts';
import {
  type ItemKnowledge,
  type ItemStatus,
  lineTitleOf,
  type PricedItem,
} from '../domain/priced-item.ts';
import type { Db } from './client.ts';

type ProductNews = Omit<PayloadOf<'products.ProductCreated'>, 'version'>;

type Sequence = 'productSequence' | 'stockSequence' | 'sellerSequence' | 'treeSequence';
type KnowledgeRow = Omit<ItemKnowledge, Sequence> & {
  productSequence: bigint;
  stockSequence: bigint;
  sellerSequence: bigint | null;
  treeSequence: bigint | null;
};

/** Our copy of the catalogue. News older than the copy change nothing. */
export interface PricedItemStore {
  /** Items that are known well enough to be ordered. */
  findMany(variantIds: readonly string[]): Promise<PricedItem[]>;
  /** How new the copies are. */
  knowledgeOf(variantIds: readonly string[]): Promise<ItemKnowledge[]>;
  applyProduct(product: ProductNews, sequence: number): Promise<void>;
  /** Earlier events of the product no longer count. */
  removeProduct(productId: string, sequence: number): Promise<void>;
  applyStock(
    stock: { variantId: string; productId: string; available: number | null },
    sequence: number,
  ): Promise<void>;
}

export const createPricedItemStore = (db: Db): PricedItemStore => ({
  findMany: async (variantIds) => {
    const rows = await db.pricedItem.findMany({
      where: { variantId: { in: [...variantIds] }, status: { not: null } },
    });
    return rows.map(itemOfRow);
  },
  knowledgeOf: async (variantIds) => {
    const rows = await db.$queryRaw<KnowledgeRow[]>`
      SELECT i.variant_id AS "variantId", i.product_id AS "productId", i.seller_id AS "sellerId",
        i.status IS NOT NULL AS "canBePriced", i.available,
        i.product_sequence AS "productSequence", i.stock_sequence AS "stockSequence",
        s.sequence AS "sellerSequence", t.sequence AS "treeSequence"
      FROM priced_item i LEFT JOIN seller s ON s.id = i.seller_id LEFT JOIN category_tree t ON true
      WHERE i.variant_id = ANY(${[...variantIds]})`;
    return rows.map(({ productSequence, stockSequence, sellerSequence, treeSequence, ...row }) => ({
      ...row,
      productSequence: Number(productSequence),
      stockSequence: Number(stockSequence),
      sellerSequence: sellerSequence === null ? null : Number(sellerSequence),
      treeSequence: Number(treeSequence ?? 0),
    }));
  },
  applyProduct: async ({ productId, sellerId, title, status, categoryIds, variants }, sequence) => {
    if (!(await isNews(db, productId, sequence))) return;
    // One order of locking, so that two events of a product do not block each other.
    const sorted = [...variants].sort((a, b) => (a.variantId < b.variantId ? -1 : 1));
    for (const variant of sorted) {
      await db.$executeRaw`
        INSERT INTO priced_item (variant_id, product_id, seller_id, sku, title, currency,
          price_minor, weight_grams, status, category_ids, product_sequence)
        VALUES (${variant.variantId}, ${productId}, ${sellerId}, ${variant.sku},
          ${lineTitleOf(title, variant.title)}, ${variant.currency}, ${variant.priceMinor}::bigint,
          ${variant.weightGrams}::int, ${status}, ${categoryIds}::text[], ${sequence}::bigint)
        ON CONFLICT (variant_id) DO UPDATE SET
          seller_id = excluded.seller_id, sku = excluded.sku, title = excluded.title,
          currency = excluded.currency, price_minor = excluded.price_minor,
          weight_grams = excluded.weight_grams, status = excluded.status,
          category_ids = excluded.category_ids,
          product_sequence = excluded.product_sequence
        WHERE priced_item.product_sequence < excluded.product_sequence`;
    }
    await db.$executeRaw`
      UPDATE priced_item SET status = 'REMOVED', product_sequence = ${sequence}::bigint
      WHERE product_id = ${productId} AND product_sequence < ${sequence}::bigint
        AND status IS NOT NULL
        AND NOT variant_id = ANY(${sorted.map(({ variantId }) => variantId)})`;
  },
  removeProduct: async (productId, sequence) => {
    if (!(await isNews(db, productId, sequence))) return;
    await db.$executeRaw`
      UPDATE priced_item SET status = 'REMOVED', product_sequence = ${sequence}::bigint
      WHERE product_id = ${productId} AND product_sequence < ${sequence}::bigint AND status IS NOT NULL`;
  },
  applyStock: async ({ variantId, productId, available }, sequence) => {
    await db.$executeRaw`
      INSERT INTO priced_item (variant_id, product_id, available, stock_sequence)
      VALUES (${variantId}, ${productId}, ${available}::int, ${sequence}::bigint)
      ON CONFLICT (variant_id) DO UPDATE SET
        available = excluded.available, stock_sequence = excluded.stock_sequence
      WHERE priced_item.stock_sequence < excluded.stock_sequence`;
  },
});

/**
 * Whether nothing newer is known of a product, which is then locked. A deleted variant whose deletion arrives
 * before its creation leaves no row to compare with, so this is checked first.
 */
async function isNews(db: Db, productId: string, sequence: number): Promise<boolean> {
  const heard = await db.$executeRaw`
    INSERT INTO heard_product (product_id, sequence) VALUES (${productId}, ${sequence}::bigint)
    ON CONFLICT (product_id) DO UPDATE SET sequence = excluded.sequence
    WHERE heard_product.sequence < excluded.sequence`;
  return heard === 1;
}

/** Only for rows with a status: the database ensures that these have the other fields as well. */
const itemOfRow = (row: ItemRow): PricedItem => ({
  variantId: row.variantId,
  productId: row.productId,
  sellerId: row.sellerId as string,
  sku: row.sku as string,
  title: row.title as string,
  currency: row.currency as string,
  priceMinor: storedMinor(row.priceMinor ?? 0n),
  weightGrams: row.weightGrams,
  categoryIds: row.categoryIds,
  status: row.status as ItemStatus,
  available: row.available,
});
