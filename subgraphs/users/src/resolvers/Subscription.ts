import { requireViewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { accountEvent } from './account-events.ts';

export const Subscription: SubscriptionResolvers = {
  accountEvents: streamSubscription((_, { viewer }: Context) => ({
    stream: userStream(requireViewer(viewer).userId),
    show: accountEvent,
  })),
};
