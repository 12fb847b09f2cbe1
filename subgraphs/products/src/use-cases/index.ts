import { adjustInventory } from './adjust-inventory.ts';
import { createCategory } from './create-category.ts';
import { createProduct } from './create-product.ts';
import { createVariant } from './create-variant.ts';
import { updateCategory } from './update-category.ts';
import { updateProduct } from './update-product.ts';
import { updateVariant } from './update-variant.ts';

export const useCases = {
  ofViewer: {
    adjustInventory,
    createCategory,
    createProduct,
    createVariant,
    updateCategory,
    updateProduct,
    updateVariant,
  },
};
