import type { ProductConnectionResolvers } from '../__generated__/resolvers.ts';
import { draftsVisibleTo } from '../domain/permissions.ts';
import { actorOfViewer } from './actor-of-viewer.ts';

export const ProductConnection: ProductConnectionResolvers = {
  totalCount: async ({ counted }, _, context) => {
    if ('sellerId' in counted) {
      return (await context.loaders.countOfSeller.load(counted.sellerId))?.count ?? 0;
    }
    const drafts = draftsVisibleTo(await actorOfViewer(context));
    return context.stores.listings.count({ ...counted, drafts });
  },
};
