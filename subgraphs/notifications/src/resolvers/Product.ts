import { isIdOf } from '@souk/runtime/domain';
import type { ProductResolvers, WatchResolvers } from '../__generated__/resolvers.ts';

export const Product: ProductResolvers = {
  __resolveReference: ({ id }) => (isIdOf('prd', id) ? { id } : null),
  viewerWatch: ({ id }, _, { loaders, viewer }) => (viewer ? loaders.watch.load(id) : null),
};

export const Watch: WatchResolvers = {
  events: ({ events }) => [...events],
};
