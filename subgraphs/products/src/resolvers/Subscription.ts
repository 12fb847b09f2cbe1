import { streamSubscription } from '@souk/runtime/subgraph';
import type {
  SubscriptionCatalogEventsArgs,
  SubscriptionResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { catalogueFor, checkedInterest } from './catalog-events.ts';

export const Subscription: SubscriptionResolvers = {
  catalogEvents: streamSubscription((args: SubscriptionCatalogEventsArgs, context: Context) =>
    catalogueFor(checkedInterest(args), context),
  ),
};
