import { type FormLookups, isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { categoryNotFound, productNotFound, variantNotFound } from '../domain/errors.ts';
import { assertManagesCatalogue, assertMayChange, maySee } from '../domain/permissions.ts';
import { assertFreeSkus, assertKnownCategories } from '../use-cases/create-product.ts';

type Ids = readonly string[] | null;
type Path = readonly string[];

/** What of a form with mistakes is wrong besides: ids of nothing the viewer sees, and taken names. */
export const lookups: FormLookups = {
  createProduct: (
    { input }: { input: { categoryIds?: Ids; variants: readonly { sku: string }[] } },
    { stores, viewer }: Context,
  ) => [
    assertKnownCategories(stores, input.categoryIds ?? []),
    ...(viewer ? [assertFreeSkus(stores, viewer.userId, input.variants)] : []),
  ],
  updateProduct: ({ input }: { input: { id: string; categoryIds?: Ids } }, context: Context) => [
    assertOwnProduct(input.id, ['input', 'id'], context),
    assertKnownCategories(context.stores, input.categoryIds ?? []),
  ],
  createVariant: ({ input }: { input: { productId: string } }, context: Context) => [
    assertOwnProduct(input.productId, ['input', 'productId'], context),
  ],
  updateVariant: ({ input }: { input: { id: string } }, context: Context) => [
    assertOwnVariant(input.id, ['input', 'id'], context),
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

async function assertOwnProduct(
  id: string,
  path: Path,
  { stores, viewer }: Context,
  notFound = productNotFound,
): Promise<void> {
  const [product] = isIdOf('prd', id) ? await stores.products.findMany([id]) : [];
  if (!viewer || !product || !maySee(viewer, product)) throw notFound(path);
  assertMayChange(viewer, product);
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
