import type { NotificationCreatedResolvers } from '../__generated__/resolvers.ts';
import { countsOf } from './counts-of.ts';

export const NotificationCreated: NotificationCreatedResolvers = {
  /** Counted when it is sent, not when it happened, so that after the newest event the count is right. */
  counts: ({ notification: { userId } }, _, context) => countsOf(userId, context),
};
