import { isIdOf } from '@souk/runtime/domain';
import type { ProductResolvers } from '../__generated__/resolvers.ts';
import { seesDesk } from './visible.ts';

export const Product: ProductResolvers = {
  __resolveReference: ({ id }) => (isIdOf('prd', id) ? { id } : null),
  unitsSold: async ({ id }, _, context) => {
    const sales = await context.loaders.salesOfProduct.load(id);
    return sales && (await seesDesk(sales.sellerId, context)) ? sales.units : null;
  },
  viewerHasPurchased: async ({ id }, _, { loaders }) =>
    (await loaders.boughtProduct.load(id)) !== null,
};
