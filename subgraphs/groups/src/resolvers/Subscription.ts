import { requireViewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { groupFor } from './group-events.ts';
import { membershipEvent } from './membership-events.ts';

export const Subscription: SubscriptionResolvers = {
  groupEvents: streamSubscription(groupFor),
  // The stream is the viewer's own, so no access has to be checked.
  membershipEvents: streamSubscription((_, context: Context) => ({
    stream: userStream(requireViewer(context.viewer).userId),
    show: membershipEvent,
  })),
};
