import { type FormLookups, isIdOf, personalSellerIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import {
  categoryNotFound,
  mediaNotFound,
  orderLineNotFound,
  productNotFound,
  reviewNotFound,
  sellerNotFound,
  userNotFound,
  variantNotFound,
} from '../domain/errors.ts';
import { assertManagesCatalogue, assertMayChange, maySee } from '../domain/permissions.ts';
import {
  assertManagesSellers,
  assertMayDoFor,
  type SellerAction,
} from '../domain/seller-permissions.ts';
import { assertFreeSkus, assertKnownCategories } from '../use-cases/create-product.ts';
import { assertFreeHandle } from '../use-cases/create-seller.ts';
import { assertLogo, assertPicturesOf } from '../use-cases/show-pictures.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { visibleReview } from './visible.ts';

type Ids = readonly string[] | null;
type Path = readonly string[];
type OfMember = { sellerId: string; userId: string };

/**
 * What else is wrong in a form with mistakes: ids of objects that the viewer does not see, and taken names.
 */
export const lookups: FormLookups = {
  createProduct: (
    {
      input,
    }: {
      input: {
        sellerId?: string | null;
        categoryIds?: Ids;
        mediaIds?: Ids;
        variants: readonly { sku: string }[];
      };
    },
    context: Context,
  ) => [
    assertKnownCategories(context.stores, input.categoryIds ?? []),
    assertPictures(input.mediaIds, null, context),
    assertFreeSkusOfSeller(input.sellerId ?? null, input.variants, context),
  ],
  importProducts: (
    { sellerId, mediaId }: { sellerId: string; mediaId: string },
    context: Context,
  ) => [
    assertOwnSeller(sellerId, ['sellerId'], context, 'EDIT_PRODUCTS'),
    assertOwnFile(mediaId, context),
  ],
  createSeller: (
    { input }: { input: { handle: string; logoMediaId?: string | null } },
    context: Context,
  ) => [assertFreeHandle(context.stores, input.handle), assertOwnLogo(input, context)],
  updateSeller: (
    { input }: { input: { id: string; logoMediaId?: string | null } },
    context: Context,
  ) => [assertOwnSeller(input.id, ['input', 'id'], context), assertOwnLogo(input, context)],
  createReview: (
    { input }: { input: { orderLineId: string; mediaIds?: Ids } },
    context: Context,
  ) => [
    assertOwnPurchase(input.orderLineId, context),
    assertPictures(input.mediaIds, null, context),
  ],
  updateReview: ({ input }: { input: { id: string; mediaIds?: Ids } }, context: Context) => [
    assertReview(input.id, ['input', 'id'], context),
    assertPictures(input.mediaIds, { holder: 'review', id: input.id }, context),
  ],
  answerReview: ({ reviewId }: { reviewId: string }, context: Context) => [
    assertReview(reviewId, ['reviewId'], context),
  ],
  reportReview: ({ reviewId }: { reviewId: string }, context: Context) => [
    assertReview(reviewId, ['reviewId'], context),
  ],
  setReviewHidden: ({ reviewId }: { reviewId: string }, context: Context) => [
    assertReview(reviewId, ['reviewId'], context),
  ],
  setSellerMember: ({ sellerId, userId }: OfMember, context: Context) => [
    assertOwnSeller(sellerId, ['sellerId'], context, 'MANAGE_MEMBERS'),
    assertKnownPerson(context.stores, userId),
  ],
  removeSellerMember: ({ sellerId, userId }: OfMember, context: Context) => [
    assertSomeSeller(sellerId, ['sellerId'], context),
    assertKnownPerson(context.stores, userId),
  ],
  setSellerStatus: ({ sellerId }: { sellerId: string }, context: Context) => [
    assertSellerForStaff(sellerId, context),
  ],
  setCommission: (
    { sellerId, categoryId }: { sellerId: string; categoryId?: string | null },
    context: Context,
  ) => [
    assertSellerForStaff(sellerId, context),
    assertCategory(categoryId, ['categoryId'], context),
  ],
  updateProduct: (
    { input }: { input: { id: string; categoryIds?: Ids; mediaIds?: Ids } },
    context: Context,
  ) => [
    assertOwnProduct(input.id, ['input', 'id'], context),
    assertPictures(input.mediaIds, { holder: 'product', id: input.id }, context),
    assertKnownCategories(context.stores, input.categoryIds ?? []),
  ],
  createVariant: ({ input }: { input: { productId: string } }, context: Context) => [
    assertOwnProduct(input.productId, ['input', 'productId'], context),
  ],
  updateVariant: ({ input }: { input: { id: string; mediaIds?: Ids } }, context: Context) => [
    assertOwnVariant(input.id, ['input', 'id'], context),
    assertPictures(input.mediaIds, { holder: 'variant', id: input.id }, context),
  ],
  adjustInventory: ({ input }: { input: { variantId: string } }, context: Context) => [
    assertOwnVariant(input.variantId, ['input', 'variantId'], context),
  ],
  createCategory: ({ input }: { input: { parentId?: string | null } }, context: Context) => [
    assertCategory(input.parentId, ['input', 'parentId'], context),
  ],
  updateCategory: (
    { input }: { input: { id: string; parentId?: string | null } },
    context: Context,
  ) => [
    assertCategory(input.id, ['input', 'id'], context),
    assertCategory(input.parentId, ['input', 'parentId'], context),
  ],
};

async function assertOwnFile(mediaId: string, { stores, viewer }: Context): Promise<void> {
  const [file] = isIdOf('med', mediaId) ? await stores.media.findMany([mediaId]) : [];
  if (!file || file.ownerId !== viewer?.userId) throw mediaNotFound(['mediaId']);
}

async function assertPictures(
  ids: Ids | undefined,
  of: Parameters<typeof assertPicturesOf>[3],
  { stores, viewer }: Context,
): Promise<void> {
  if (viewer) await assertPicturesOf(stores, viewer.userId, ids, of);
}

/** A seller's existing logo may stay, whoever uploaded it. */
async function assertOwnLogo(
  { id, logoMediaId }: { id?: string; logoMediaId?: string | null },
  { stores, viewer }: Context,
): Promise<void> {
  if (!viewer || logoMediaId == null) return;
  const [seller] = id === undefined ? [] : await stores.sellers.findMany([id]);
  await assertLogo(stores, viewer.userId, logoMediaId, seller?.logoMediaId);
}

async function assertOwnProduct(
  id: string,
  path: Path,
  context: Context,
  notFound = productNotFound,
): Promise<void> {
  const [product] = isIdOf('prd', id) ? await context.stores.products.findMany([id]) : [];
  const actor = await actorOfViewer(context);
  if (!actor || !product || !maySee(actor, product)) throw notFound(path);
  assertMayChange(actor, product);
}

async function assertSomeSeller(id: string, path: Path, { stores }: Context): Promise<void> {
  const [seller] = isIdOf('sel', id) ? await stores.sellers.findMany([id]) : [];
  if (!seller) throw sellerNotFound(path);
}

async function assertOwnSeller(
  id: string,
  path: Path,
  context: Context,
  action: SellerAction = 'EDIT_SELLER',
): Promise<void> {
  await assertSomeSeller(id, path, context);
  const actor = await actorOfViewer(context);
  if (actor) assertMayDoFor(actor, action, { sellerId: id });
}

async function assertReview(id: string, path: Path, context: Context): Promise<void> {
  if (!(await visibleReview(id, context))) throw reviewNotFound(path);
}

async function assertOwnPurchase(lineId: string, { stores, viewer }: Context): Promise<void> {
  const [purchase] = isIdOf('oln', lineId) ? await stores.reviews.findPurchases([lineId]) : [];
  if (!purchase || purchase.buyerId !== viewer?.userId) {
    throw orderLineNotFound(['input', 'orderLineId']);
  }
}

async function assertKnownPerson({ people }: Context['stores'], userId: string): Promise<void> {
  const known = isIdOf('usr', userId) && (await people.find(userId));
  if (!known) throw userNotFound(['userId']);
}

async function assertSellerForStaff(sellerId: string, context: Context): Promise<void> {
  const actor = await actorOfViewer(context);
  if (!actor) return;
  assertManagesSellers(actor);
  await assertSomeSeller(sellerId, ['sellerId'], context);
}

/** For a person who works for several sellers and names none, nothing can be looked up. */
async function assertFreeSkusOfSeller(
  asked: string | null,
  variants: readonly { sku: string }[],
  context: Context,
): Promise<void> {
  const actor = await actorOfViewer(context);
  if (!actor) return;
  const [only, ...others] = actor.memberships.keys();
  const known = others.length > 0 ? null : (only ?? personalSellerIdOf(actor.userId));
  const sellerId = asked ?? known;
  if (sellerId === null) return;
  if (asked !== null) assertMayDoFor(actor, 'EDIT_PRODUCTS', { sellerId });
  await assertFreeSkus(context.stores, sellerId, variants);
}

async function assertOwnVariant(id: string, path: Path, context: Context): Promise<void> {
  const variant = isIdOf('var', id) ? await context.stores.variants.find(id) : null;
  if (!variant) throw variantNotFound(path);
  await assertOwnProduct(variant.productId, path, context, variantNotFound);
}

async function assertCategory(
  id: string | null | undefined,
  path: Path,
  { stores, viewer }: Context,
): Promise<void> {
  if (id == null || !viewer) return;
  assertManagesCatalogue(viewer);
  const [category] = isIdOf('cat', id) ? await stores.categories.findMany([id]) : [];
  if (!category) throw categoryNotFound(path);
}
