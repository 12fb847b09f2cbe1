import type { Variant } from '../domain/variant.ts';
import type { Db } from './client.ts';
import { asJson, variantOfRow } from './rows.ts';

/** A SKU and whose it is. */
export type SkuKey = Pick<Variant, 'sellerId' | 'sku'>;

export interface VariantStore {
  find(id: string): Promise<Variant | null>;
  findMany(ids: readonly string[]): Promise<Variant[]>;
  /** Without regard to case, as SKUs are unique among those of a seller. */
  findManyBySku(keys: readonly SkuKey[]): Promise<Variant[]>;
  /** In the seller's order. */
  ofProducts(productIds: readonly string[]): Promise<Variant[]>;
  insert(variants: readonly Variant[]): Promise<void>;
  update(variant: Variant): Promise<void>;
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
  update: async ({ id, ...variant }) => {
    const data = { ...variant, selectedOptions: asJson(variant.selectedOptions) };
    await db.productVariant.update({ where: { id }, data });
  },
});
