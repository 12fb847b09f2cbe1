import type { Variant } from '../domain/variant.ts';
import type { Db } from './client.ts';
import { asJson, variantOfRow } from './rows.ts';

/** A SKU and whose it is. */
export type SkuKey = Pick<Variant, 'sellerId' | 'sku'>;

export interface VariantStore {
  find(id: string): Promise<Variant | null>;
  findMany(ids: readonly string[]): Promise<Variant[]>;
  /** Ignoring case, since SKUs are unique within a seller. */
  findManyBySku(keys: readonly SkuKey[]): Promise<Variant[]>;
  /** In the seller's order. */
  ofProducts(productIds: readonly string[]): Promise<Variant[]>;
  insert(variants: readonly Variant[]): Promise<void>;
  /** Records the current price of each from now on. */
  recordPrices(variants: readonly Variant[], now: Date): Promise<void>;
  /**
   * The lowest price of each in the thirty days before its present price began; none for one that never had
   * another price.
   */
  lowestBefore(variantIds: readonly string[]): Promise<{ variantId: string; priceMinor: number }[]>;
  update(variant: Variant): Promise<void>;
  delete(id: string): Promise<void>;
}

export const createVariantStore = (db: Db): VariantStore => ({
  find: async (id) => {
    const row = await db.productVariant.findUnique({ where: { id } });
    return row && variantOfRow(row);
  },
  findMany: async (ids) => {
    const rows = await db.productVariant.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(variantOfRow);
  },
  findManyBySku: async (keys) => {
    const found = await db.$queryRaw<{ id: string }[]>`
      SELECT v.id FROM unnest(
        ${keys.map(({ sellerId }) => sellerId)}::text[], ${keys.map(({ sku }) => sku)}::text[]
      ) AS wanted(seller_id, sku)
      JOIN product_variant v
        ON v.seller_id = wanted.seller_id AND lower(v.sku) = lower(wanted.sku)`;
    const rows = await db.productVariant.findMany({
      where: { id: { in: found.map(({ id }) => id) } },
    });
    return rows.map(variantOfRow);
  },
  ofProducts: async (productIds) => {
    const rows = await db.productVariant.findMany({
      where: { productId: { in: [...productIds] } },
      orderBy: [{ productId: 'asc' }, { position: 'asc' }],
    });
    return rows.map(variantOfRow);
  },
  insert: async (variants) => {
    await db.productVariant.createMany({
      data: variants.map((variant) => ({
        ...variant,
        selectedOptions: asJson(variant.selectedOptions),
      })),
    });
  },
  // Of earlier prices, those that ended thirty days before this one begins can be asked for no more, by `lowestBefore`.
  recordPrices: async (variants, now) => {
    const ids = variants.map(({ id }) => id);
    await db.$executeRaw`
      WITH gone AS (
        DELETE FROM price_change earlier WHERE variant_id = ANY(${ids}::text[]) AND EXISTS (
          SELECT FROM price_change next WHERE next.variant_id = earlier.variant_id
            AND next.changed_at > earlier.changed_at
            AND next.changed_at <= ${now}::timestamptz - interval '30 days'))
      INSERT INTO price_change (variant_id, changed_at, price_minor)
      SELECT * FROM unnest(${ids}::text[],
        ${variants.map(() => now)}::timestamptz[],
        ${variants.map(({ priceMinor }) => priceMinor)}::bigint[])
      ON CONFLICT (variant_id, changed_at) DO UPDATE SET price_minor = excluded.price_minor`;
  },
  // The price at the beginning of the thirty days counts: it was charged within them.
  lowestBefore: async (variantIds) => {
    const rows = await db.$queryRaw<{ variantId: string; lowest: bigint | null }[]>`
      SELECT wanted.id AS "variantId", (
        SELECT min(p.price_minor) FROM price_change p
        WHERE p.variant_id = wanted.id AND p.changed_at < present.since AND p.changed_at >= coalesce(
          (SELECT max(b.changed_at) FROM price_change b
            WHERE b.variant_id = wanted.id AND b.changed_at <= present.since - interval '30 days'),
          '-infinity')
      ) AS lowest
      FROM unnest(${[...variantIds]}::text[]) AS wanted (id)
      CROSS JOIN LATERAL (
        SELECT max(p.changed_at) AS since FROM price_change p WHERE p.variant_id = wanted.id
      ) AS present`;
    return rows.flatMap(({ variantId, lowest }) =>
      lowest === null ? [] : [{ variantId, priceMinor: Number(lowest) }],
    );
  },
  update: async ({ id, ...variant }) => {
    const data = { ...variant, selectedOptions: asJson(variant.selectedOptions) };
    await db.productVariant.update({ where: { id }, data });
  },
  delete: async (id) => {
    await db.productVariant.delete({ where: { id } });
  },
});
