import { requireViewer } from '@souk/runtime';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import { accountStream } from '../domain/account.ts';
import { accountEventsOf } from './account-events.ts';

export const Subscription: SubscriptionResolvers = {
  accountEvents: {
    subscribe: async (_, { after }, { viewer, live }) => {
      const stream = accountStream(requireViewer(viewer).userId);
      return accountEventsOf(await live.follow({ stream, after })) as never;
    },
  },
};
