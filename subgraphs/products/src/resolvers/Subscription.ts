import { streamSubscription } from '@souk/runtime/subgraph';
import type {
  SubscriptionCatalogEventsArgs,
  SubscriptionResolvers,
  SubscriptionSellerCatalogEventsArgs,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { catalogueFor, checkedInterest } from './catalog-events.ts';
import { eventsOfSeller } from './seller-catalog-events.ts';

export const Subscription: SubscriptionResolvers = {
  catalogEvents: streamSubscription((args: SubscriptionCatalogEventsArgs, context: Context) =>
    catalogueFor(checkedInterest(args), context),
  ),
  sellerCatalogEvents: streamSubscription(
    ({ sellerId }: SubscriptionSellerCatalogEventsArgs, context: Context) =>
      eventsOfSeller(sellerId, context),
  ),
};
