import type { SignedIn } from '../domain/actor.ts';
import { productNotFound, versionConflict } from '../domain/errors.ts';
import { withStatus } from '../domain/product.ts';
import type { ProductsDeps } from './deps.ts';
import { appendProductUpdated } from './product-events.ts';
import { productToChange } from './update-product.ts';

/** Archives a product, whatever its state; an archived one stays so. */
export async function archiveProduct(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  { productId, expectedVersion }: { productId: string; expectedVersion?: number | null },
): Promise<void> {
  await transaction(async (stores) => {
    const product = await productToChange(stores, viewer, productId, () =>
      productNotFound(['productId']),
    );
    if (expectedVersion != null && expectedVersion !== product.version) {
      throw versionConflict(product.version);
    }
    if (product.status === 'ARCHIVED') return;
    const now = clock();
    const archived = withStatus(product, 'ARCHIVED', now);
    const updated = { ...archived, version: product.version + 1, updatedAt: now };
    await stores.products.update(updated);
    const variants = await stores.variants.ofProducts([productId]);
    await appendProductUpdated(stores, updated, variants, ['status']);
  });
}
