import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import { followInbox, type NotificationItem } from './notification-events.ts';

export const Subscription: SubscriptionResolvers = {
  notificationEvents: {
    subscribe: async (_, { after }, context) => (await followInbox(after, context)) as never,
    resolve: (item: unknown) => item as NotificationItem,
  },
};
