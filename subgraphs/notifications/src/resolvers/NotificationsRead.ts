import type { NotificationsReadResolvers } from '../__generated__/resolvers.ts';

export const NotificationsRead: NotificationsReadResolvers = {
  unread: async ({ userId }, _, { loaders }) => (await loaders.unread.load(userId))?.unread ?? 0,
};
