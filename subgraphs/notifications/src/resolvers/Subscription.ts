import { requireViewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { inboxEvent } from './notification-events.ts';

export const Subscription: SubscriptionResolvers = {
  // The stream is named after the viewer, so there is no access to check.
  notificationEvents: streamSubscription((_, context: Context) => ({
    stream: userStream(requireViewer(context.viewer).userId),
    show: (event, place) => inboxEvent(event, place, context),
  })),
};
