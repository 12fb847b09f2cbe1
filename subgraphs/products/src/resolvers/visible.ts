import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { maySee } from '../domain/permissions.ts';
import type { Product } from '../domain/product.ts';
import { maySeeReview, type Review } from '../domain/review.ts';
import type { Seller } from '../domain/seller.ts';
import { maySeeSeller } from '../domain/seller-permissions.ts';
import type { Variant } from '../domain/variant.ts';
import { actorOfViewer } from './actor-of-viewer.ts';

type Keys = { id?: string | null; slug?: string | null };

/** The product, if the viewer may see it. The same answer for root fields and references. */
export async function visibleProduct(
  { id, slug }: Keys,
  context: Context,
): Promise<Product | null> {
  const { loaders } = context;
  const product =
    id != null
      ? isIdOf('prd', id) && (await loaders.product.load(id))
      : slug != null && (await productCalled(slug, context));
  if (!product) return null;
  return product.publishedAt !== null || maySee(await actorOfViewer(context), product)
    ? product
    : null;
}

/** The variant, if the viewer may see its product. */
export async function visibleVariant(
  { id }: { id: string },
  context: Context,
): Promise<Variant | null> {
  const variant = isIdOf('var', id) ? await context.loaders.variant.load(id) : null;
  if (!variant) return null;
  return (await visibleProduct({ id: variant.productId }, context)) && variant;
}

/** The seller, if the viewer may see it: all but those that were never approved are public. */
export async function visibleSeller(
  { id, handle }: { id?: string | null; handle?: string | null },
  context: Context,
): Promise<Seller | null> {
  const { loaders } = context;
  const seller =
    id != null
      ? isIdOf('sel', id) && (await loaders.seller.load(id))
      : handle != null && (await loaders.sellerByHandle.load(handle));
  if (!seller) return null;
  return seller.status !== 'PENDING' || maySeeSeller(await actorOfViewer(context), seller)
    ? seller
    : null;
}

/** The product with this slug, or the one that had it in the past. */
async function productCalled(slug: string, { loaders }: Context): Promise<Product | null> {
  const present = await loaders.productBySlug.load(slug);
  if (present) return present;
  const former = await loaders.productByFormerSlug.load(slug);
  return former && loaders.product.load(former.productId);
}

/** The review, if the viewer may see it, and its product. */
export async function visibleReview(id: string, context: Context): Promise<Review | null> {
  const review = isIdOf('rev', id) ? await context.loaders.review.load(id) : null;
  if (!review || !maySeeReview(context.viewer, review)) return null;
  return (await visibleProduct({ id: review.productId }, context)) && review;
}
