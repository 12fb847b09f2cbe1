import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { maySee } from '../domain/permissions.ts';
import type { Product } from '../domain/product.ts';
import type { Variant } from '../domain/variant.ts';

type Keys = { id?: string | null; slug?: string | null };

/** The product, when the viewer may see it. The same answer for root fields and references. */
export async function visibleProduct(
  { id, slug }: Keys,
  { loaders, viewer }: Context,
): Promise<Product | null> {
  const product =
    id != null
      ? isIdOf('prd', id) && (await loaders.product.load(id))
      : slug != null && (await loaders.productBySlug.load(slug));
  return product && maySee(viewer, product) ? product : null;
}

/** The variant, when the viewer may see its product. */
export async function visibleVariant(
  { id }: { id: string },
  context: Context,
): Promise<Variant | null> {
  const variant = isIdOf('var', id) ? await context.loaders.variant.load(id) : null;
  if (!variant) return null;
  return (await visibleProduct({ id: variant.productId }, context)) && variant;
}
