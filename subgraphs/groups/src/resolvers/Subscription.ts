import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import { groupFor } from './group-events.ts';

export const Subscription: SubscriptionResolvers = {
  groupEvents: streamSubscription(groupFor),
};
