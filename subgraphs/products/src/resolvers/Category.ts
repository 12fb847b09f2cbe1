import { isIdOf } from '@souk/runtime/domain';
import type { CategoryResolvers } from '../__generated__/resolvers.ts';

export const Category: CategoryResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('cat', id) ? loaders.category.load(id) : null,
  parent: ({ parentId }, _, { loaders }) =>
    parentId === null ? null : loaders.category.load(parentId),
  children: ({ id }, _, { loaders }) => loaders.childrenOfCategory.load(id),
  ancestors: async ({ id }, _, { loaders }) => {
    const found = await loaders.ancestorsOfCategory.load(id);
    return found.map(({ category }) => category);
  },
};
