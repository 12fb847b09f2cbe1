import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import { followGroup, type GroupItem } from './group-events.ts';

export const Subscription: SubscriptionResolvers = {
  groupEvents: {
    subscribe: async (_, { groupId, after }, context) =>
      (await followGroup(groupId, after, context)) as never,
    resolve: (item: unknown) => item as GroupItem,
  },
};
