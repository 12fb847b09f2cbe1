import { requireViewer } from '@souk/runtime/domain';
import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { accountStream } from '../domain/account.ts';
import { accountEvent } from './account-events.ts';

export const Subscription: SubscriptionResolvers = {
  accountEvents: streamSubscription((_, { viewer }: Context) => ({
    stream: accountStream(requireViewer(viewer).userId),
    show: accountEvent,
  })),
};
