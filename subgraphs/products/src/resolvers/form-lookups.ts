import { type FormLookups, isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { productNotFound } from '../domain/errors.ts';
import { assertMayChange, maySee } from '../domain/permissions.ts';
import { assertKnownCategories } from '../use-cases/create-product.ts';

interface Named {
  input: { id: string; categoryIds?: readonly string[] | null };
}

/** Ids that a form with other mistakes names, and that are of nothing the viewer sees. */
export const lookups: FormLookups = {
  createProduct: ({ input: { categoryIds } }: Named, { stores }: Context) => [
    assertKnownCategories(stores, categoryIds ?? []),
  ],
  updateProduct: ({ input: { id, categoryIds } }: Named, context: Context) => [
    assertOwnProduct(id, context),
    assertKnownCategories(context.stores, categoryIds ?? []),
  ],
};

async function assertOwnProduct(id: string, { stores, viewer }: Context): Promise<void> {
  const [product] = isIdOf('prd', id) ? await stores.products.findMany([id]) : [];
  if (!viewer || !product || !maySee(viewer, product)) throw productNotFound(['input', 'id']);
  assertMayChange(viewer, product);
}
