import { skuTaken } from '../domain/errors.ts';
import type { Product } from '../domain/product.ts';
import { priceRangeOf, type Variant } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';

type Path = readonly string[];

/** The product with its variants' prices, and the next version. */
export async function withPricesOf(
  { products }: Stores,
  product: Product,
  variants: readonly Variant[],
  now: Date,
): Promise<Product> {
  const updated = {
    ...product,
    ...priceRangeOf(variants),
    version: product.version + 1,
    updatedAt: now,
  };
  await products.update(updated);
  return updated;
}

/** @throws SKU_TAKEN when another variant of the seller has it */
export async function assertFreeSku(
  { variants }: Stores,
  { id, sellerId, sku }: { id: string | null; sellerId: string; sku: string },
  path: Path,
): Promise<void> {
  const [taken] = await variants.findManyBySku([{ sellerId, sku }]);
  if (taken && taken.id !== id) throw skuTaken(taken.sku, [...path, 'sku']);
}
