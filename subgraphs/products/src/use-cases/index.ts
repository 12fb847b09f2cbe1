import { adjustInventory } from './adjust-inventory.ts';
import { createProduct } from './create-product.ts';
import { saveCategory } from './save-category.ts';
import { saveVariant } from './save-variant.ts';
import { updateProduct } from './update-product.ts';

export const useCases = {
  ofViewer: { adjustInventory, createProduct, saveCategory, saveVariant, updateProduct },
};
