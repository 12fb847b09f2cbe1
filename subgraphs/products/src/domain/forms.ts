import type { FormChecks } from '@souk/runtime/domain';
import { assertAdjustment, type RequestedAdjustment } from './adjustment.ts';
import {
  assertCategoryChange,
  assertProductChange,
  assertVariant,
  assertVariantChange,
  type RequestedCategoryChange,
  type RequestedProductChange,
  type RequestedVariantChange,
} from './changes.ts';
import { type CreateProductInput, checkedProduct } from './new-product.ts';
import {
  assertNewSeller,
  assertSellerChange,
  type CreateSellerInput,
  type RequestedSellerChange,
} from './new-seller.ts';
import type { VariantInput } from './new-variant.ts';
import { assertNewReview, assertReviewChange, type RequestedReview } from './review.ts';
import { assertCommission } from './seller.ts';
import { checkedSlug } from './slug.ts';

/** The domain's checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createProduct: ({ input }: { input: CreateProductInput }) => checkedProduct(input),
  updateProduct: ({ input }: { input: RequestedProductChange }) => assertProductChange(input),
  createVariant: ({ input: { variant } }: { input: { variant: VariantInput } }) =>
    assertVariant(variant, ['input', 'variant']),
  updateVariant: ({ input }: { input: RequestedVariantChange }) => assertVariantChange(input),
  adjustInventory: ({ input }: { input: RequestedAdjustment }) => assertAdjustment(input),
  createSeller: ({ input }: { input: CreateSellerInput }) => assertNewSeller(input),
  updateSeller: ({ input }: { input: RequestedSellerChange }) => assertSellerChange(input),
  setCommission: (rate: { basisPoints: number }) => assertCommission(rate),
  createReview: ({ input }: { input: RequestedReview }) => assertNewReview(input),
  updateReview: ({ input }: { input: RequestedReview }) => assertReviewChange(input),
  createCategory: ({ input }: { input: { slug?: string | null } }) =>
    input.slug == null || checkedSlug(input.slug, ['input', 'slug']),
  updateCategory: ({ input }: { input: RequestedCategoryChange }) => assertCategoryChange(input),
};
