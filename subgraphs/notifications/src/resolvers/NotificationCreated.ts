import type { NotificationCreatedResolvers } from '../__generated__/resolvers.ts';

export const NotificationCreated: NotificationCreatedResolvers = {
  /** Counted now, not then: after the newest event it is right, whatever happened at once. */
  unread: async ({ notification: { userId } }, _, { loaders }) =>
    (await loaders.unread.load(userId))?.unread ?? 0,
};
