import type { FormChecks } from '@souk/runtime/domain';
import { type CreateProductInput, checkedProduct } from './new-product.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are told at once. */
export const forms: FormChecks = {
  createProduct: ({ input }: { input: CreateProductInput }) => checkedProduct(input),
};
