import type { CategoryCommissionResolvers } from '../__generated__/resolvers.ts';

export const CategoryCommission: CategoryCommissionResolvers = {
  category: ({ categoryId }, _, { loaders }) => loaders.category.load(categoryId),
};
