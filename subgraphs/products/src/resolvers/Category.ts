import { isIdOf } from '@souk/runtime/domain';
import type { CategoryResolvers } from '../__generated__/resolvers.ts';

export const Category: CategoryResolvers = {
  __resolveReference: (keys, { loaders }) => {
    if ('slug' in keys) return loaders.categoryBySlug.load(keys.slug);
    return isIdOf('cat', keys.id) ? loaders.category.load(keys.id) : null;
  },
  parent: ({ parentId }, _, { loaders }) =>
    parentId === null ? null : loaders.category.load(parentId),
  children: ({ id }, _, { loaders }) => loaders.childrenOfCategory.load(id),
};
