import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import { checkedInterest, followCatalog } from './catalog-events.ts';

export const Subscription: SubscriptionResolvers = {
  catalogEvents: {
    subscribe: (_, { productIds, variantIds, after }, context) =>
      followCatalog(checkedInterest({ productIds, variantIds }), after, context) as never,
  },
};
