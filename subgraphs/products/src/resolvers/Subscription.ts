import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import { type CatalogItem, checkedInterest, followCatalog } from './catalog-events.ts';

export const Subscription: SubscriptionResolvers = {
  catalogEvents: {
    subscribe: async (_, { productIds, variantIds, after }, context) =>
      (await followCatalog(checkedInterest({ productIds, variantIds }), after, context)) as never,
    resolve: (item: unknown) => item as CatalogItem,
  },
};
