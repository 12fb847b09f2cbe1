import type { Variant } from '../domain/variant.ts';
import type { PrismaExecutor } from './client.ts';
import { asJson, variantOfRow } from './rows.ts';

export interface VariantStore {
  find(id: string): Promise<Variant | null>;
  findMany(ids: readonly string[]): Promise<Variant[]>;
  findManyBySku(skus: readonly string[]): Promise<Variant[]>;
  /** In the seller's order. */
  ofProducts(productIds: readonly string[]): Promise<Variant[]>;
  insert(variants: readonly Variant[]): Promise<void>;
  update(variant: Variant): Promise<void>;
}

export const createVariantStore = (db: PrismaExecutor): VariantStore => ({
  find: async (id) => {
    const row = await db.productVariant.findUnique({ where: { id } });
    return row && variantOfRow(row);
  },
  findMany: async (ids) => {
    const rows = await db.productVariant.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(variantOfRow);
  },
  findManyBySku: async (skus) => {
    const rows = await db.productVariant.findMany({ where: { sku: { in: [...skus] } } });
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
