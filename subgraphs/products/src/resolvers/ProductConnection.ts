import type { ProductConnectionResolvers } from '../__generated__/resolvers.ts';
import { draftsVisibleTo } from '../domain/permissions.ts';

export const ProductConnection: ProductConnectionResolvers = {
  totalCount: async ({ counted }, _, { stores, loaders, viewer }) => {
    if ('sellerId' in counted) {
      return (await loaders.countOfSeller.load(counted.sellerId))?.count ?? 0;
    }
    return stores.listings.count({ ...counted, drafts: draftsVisibleTo(viewer) });
  },
};
