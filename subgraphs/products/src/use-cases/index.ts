import { requireViewer, type Viewer } from '@souk/runtime';
import type { CreateProductInput } from '../domain/new-product.ts';
import { type AdjustInventoryInput, adjustInventory } from './adjust-inventory.ts';
import { createProduct } from './create-product.ts';
import type { ProductsDeps } from './deps.ts';
import { type CategoryInput, saveCategory } from './save-category.ts';
import { type SaveVariantInput, saveVariant } from './save-variant.ts';
import { type UpdateProductInput, updateProduct } from './update-product.ts';

/** The use cases, each on behalf of the viewer; throws `UNAUTHENTICATED` when nobody is signed in. */
export const useCasesOf = (deps: ProductsDeps, viewer: Viewer | null) => ({
  createProduct: (input: CreateProductInput) => createProduct(deps, requireViewer(viewer), input),
  updateProduct: (input: UpdateProductInput) => updateProduct(deps, requireViewer(viewer), input),
  saveVariant: (input: SaveVariantInput) => saveVariant(deps, requireViewer(viewer), input),
  adjustInventory: (input: AdjustInventoryInput) =>
    adjustInventory(deps, requireViewer(viewer), input),
  saveCategory: (input: CategoryInput) => saveCategory(deps, requireViewer(viewer), input),
});

export type UseCases = ReturnType<typeof useCasesOf>;
