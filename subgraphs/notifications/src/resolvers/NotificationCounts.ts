import type { NotificationCountsResolvers } from '../__generated__/resolvers.ts';
import { unreadIn } from '../domain/notification.ts';

export const NotificationCounts: NotificationCountsResolvers = {
  unread: unreadIn,
  byKind: ({ byKind }) => [...byKind],
};
