import type { FormChecks } from '@souk/runtime/domain';
import { assertAdjustment, type RequestedAdjustment } from './adjustment.ts';
import {
  assertProductChange,
  assertVariantChange,
  type RequestedProductChange,
  type RequestedVariantChange,
} from './changes.ts';
import { type CreateProductInput, checkedProduct } from './new-product.ts';
import { checkedSlug } from './slug.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are told at once. */
export const forms: FormChecks = {
  createProduct: ({ input }: { input: CreateProductInput }) => checkedProduct(input),
  updateProduct: ({ input }: { input: RequestedProductChange }) => assertProductChange(input),
  saveVariant: ({ input }: { input: RequestedVariantChange }) => assertVariantChange(input),
  adjustInventory: ({ input }: { input: RequestedAdjustment }) => assertAdjustment(input),
  saveCategory: ({ input }: { input: { slug: string } }) =>
    checkedSlug(input.slug, ['input', 'slug']),
};
