import { moneyOf } from '@souk/runtime';
import type { ProductVariantResolvers } from '../__generated__/resolvers.ts';
import { visibleVariant } from './visible.ts';

export const ProductVariant: ProductVariantResolvers = {
  __resolveReference: (keys, context) => visibleVariant(keys, context),
  product: async ({ id, productId }, _, { loaders }) => {
    const product = await loaders.product.load(productId);
    if (!product) throw new Error(`Variant ${id} has no product.`);
    return product;
  },
  price: ({ priceMinor, currency }) => moneyOf(priceMinor, currency),
  compareAtPrice: ({ compareAtPriceMinor, currency }) =>
    compareAtPriceMinor === null ? null : moneyOf(compareAtPriceMinor, currency),
  inventory: async ({ id }, _, { loaders }) => {
    const item = await loaders.stock.load(id);
    if (!item) throw new Error(`Variant ${id} has no stock.`);
    return item;
  },
};
