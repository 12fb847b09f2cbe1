import { announceLocks } from '@souk/runtime/persistence';
import type { Db } from './client.ts';

/** How many units of a product were sold, and by whom. */
export interface ProductSales {
  productId: string;
  sellerId: string;
  units: number;
}

export interface SoldLine {
  productId: string;
  /** Negative for refunds. */
  quantity: number;
}

/** What was bought: how much of each product, and which products by each buyer. */
export interface SalesStore {
  /**
   * Called once in a transaction, at its end: rows are locked in the same order everywhere, so two sales
   * never wait for each other in a circle, and those of a popular product are locked only briefly.
   */
  add(lines: readonly SoldLine[], buyerId: string | null): Promise<void>;
  /** Only products that are known here. */
  ofProducts(productIds: readonly string[]): Promise<ProductSales[]>;
  /** Which of these a person has bought. */
  boughtBy(buyerId: string, productIds: readonly string[]): Promise<{ productId: string }[]>;
}

export const createSalesStore = (db: Db): SalesStore => ({
  add: async (lines, buyerId) => {
    if (lines.length === 0) return;
    announceLocks(db, ...new Set(lines.map(({ productId }) => productId)));
    await db.$executeRaw`
      INSERT INTO product_sales AS s (product_id, units)
      SELECT product_id, sum(quantity) FROM unnest(
        ${lines.map(({ productId }) => productId)}::text[],
        ${lines.map(({ quantity }) => quantity)}::int[]) AS line(product_id, quantity)
      GROUP BY product_id ORDER BY product_id
      ON CONFLICT (product_id) DO UPDATE SET units = s.units + excluded.units`;
    if (buyerId === null) return;
    const bought = lines.filter(({ quantity }) => quantity > 0);
    await db.productPurchase.createMany({
      data: [...new Set(bought.map(({ productId }) => productId))].map((productId) => ({
        buyerId,
        productId,
      })),
      skipDuplicates: true,
    });
  },
  ofProducts: async (productIds) => {
    const rows = await db.$queryRaw<(Omit<ProductSales, 'units'> & { units: bigint })[]>`
      SELECT p.product_id AS "productId", p.seller_id AS "sellerId", coalesce(s.units, 0) AS units
      FROM (SELECT DISTINCT product_id, seller_id FROM priced_item
            WHERE product_id = ANY(${[...productIds]}) AND seller_id IS NOT NULL) p
      LEFT JOIN product_sales s ON s.product_id = p.product_id`;
    return rows.map((row) => ({ ...row, units: Number(row.units) }));
  },
  boughtBy: (buyerId, productIds) =>
    db.productPurchase.findMany({
      where: { buyerId, productId: { in: [...productIds] } },
      select: { productId: true },
    }),
});
