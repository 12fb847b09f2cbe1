import type { NotificationConnectionResolvers } from '../__generated__/resolvers.ts';

export const NotificationConnection: NotificationConnectionResolvers = {
  totalCount: ({ counted }, _, { stores }) => stores.notifications.count(counted),
};
