import { isIdOf } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import {
  inUse,
  lastVariant,
  productNotFound,
  variantNotFound,
  versionConflict,
} from '../domain/errors.ts';
import type { ProductsDeps } from './deps.ts';
import { appendProductDeleted, appendProductUpdated } from './product-events.ts';
import { productToChange } from './update-product.ts';
import { withPricesOf } from './variants-of-product.ts';

/**
 * Deletes a product that nobody ordered. Its stock is locked before the orders are counted: a reservation
 * under way is waited for, and a later one finds nothing.
 */
export async function deleteProduct(
  { transaction }: ProductsDeps,
  viewer: SignedIn,
  { productId, expectedVersion }: { productId: string; expectedVersion?: number | null },
): Promise<void> {
  const path = ['productId'];
  await transaction(async (stores) => {
    const product = await productToChange(stores, viewer, productId, () => productNotFound(path));
    if (expectedVersion != null && expectedVersion !== product.version) {
      throw versionConflict(product.version);
    }
    const variants = await stores.variants.ofProducts([productId]);
    await stores.stock.lock(variants.map(({ id }) => id));
    const [referred] = await stores.claims.countOrdersOf([productId]);
    if (referred) {
      throw inUse(referred.orders, 'Orders refer to this product: archive it instead.', path);
    }
    await stores.products.delete(productId);
    await appendProductDeleted(stores.events, product);
  });
}

/** Deletes a variant that nobody ordered, in the same way; a product keeps at least one. */
export async function deleteVariant(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  { variantId, expectedVersion }: { variantId: string; expectedVersion?: number | null },
): Promise<string> {
  const path = ['variantId'];
  const notFound = () => variantNotFound(path);
  return transaction(async (stores) => {
    const known = isIdOf('var', variantId) ? await stores.variants.find(variantId) : null;
    if (!known) throw notFound();
    const product = await productToChange(stores, viewer, known.productId, notFound);
    const present = await stores.variants.ofProducts([product.id]);
    const variant = present.find(({ id }) => id === variantId);
    if (!variant) throw notFound();
    if (expectedVersion != null && expectedVersion !== variant.version) {
      throw versionConflict(variant.version);
    }
    const others = present.filter(({ id }) => id !== variantId);
    if (others.length === 0) throw lastVariant();
    await stores.stock.lock([variantId]);
    const orders = await stores.claims.countOrdersOfVariant(variantId);
    if (orders > 0) throw inUse(orders, 'Orders refer to this variant.', path);
    await stores.variants.delete(variantId);
    const updated = await withPricesOf(stores, product, others, clock());
    await appendProductUpdated(stores, updated, others, ['variants']);
    return product.id;
  });
}
