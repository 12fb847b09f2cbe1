import { type CurrentThings, isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { visibleProduct, visibleReview, visibleSeller, visibleVariant } from './visible.ts';

/** The product as currently stored. */
export async function productNow(id: string, context: Context) {
  context.reload();
  return { product: await visibleProduct({ id }, context) };
}

/** The variant as currently stored, and its product. */
export async function variantNow(id: string, context: Context) {
  context.reload();
  const variant = await visibleVariant({ id }, context);
  const product = variant && (await context.loaders.product.load(variant.productId));
  return { variant, product };
}

/** The category as currently stored. */
export async function categoryNow(id: string, context: Context) {
  context.reload();
  return { category: isIdOf('cat', id) ? await context.loaders.category.load(id) : null };
}

/** The seller as currently stored. */
export async function sellerNow(id: string, context: Context) {
  context.reload();
  return { seller: await visibleSeller({ id }, context) };
}

/** The review as currently stored, and its product. */
export async function reviewNow(id: string, context: Context) {
  context.reload();
  const review = await visibleReview(id, context);
  const product = review && (await context.loaders.product.load(review.productId));
  return { review, product };
}

/** A member of a seller as currently stored; null for a non-member. */
export async function memberNow(sellerId: string, userId: string, context: Context) {
  context.reload();
  const members = await context.loaders.membersOfSeller.load(sellerId);
  return { member: members.find((member) => member.userId === userId) ?? null };
}

type ById = { input: { id: string } };

/** The current state of an object after a conflict. */
export const current: CurrentThings = {
  updateProduct: ({ input }: ById, context: Context) => productNow(input.id, context),
  createVariant: async ({ input }: { input: { productId: string } }, context: Context) =>
    productNow(input.productId, context),
  updateVariant: ({ input }: ById, context: Context) => variantNow(input.id, context),
  adjustInventory: async ({ input }: { input: { variantId: string } }, context: Context) => {
    const { variant } = await variantNow(input.variantId, context);
    return { variant };
  },
  archiveProduct: ({ productId }: { productId: string }, context: Context) =>
    productNow(productId, context),
  updateSeller: ({ input }: ById, context: Context) => sellerNow(input.id, context),
  setSellerStatus: ({ sellerId }: { sellerId: string }, context: Context) =>
    sellerNow(sellerId, context),
  updateCategory: ({ input }: ById, context: Context) => categoryNow(input.id, context),
};
