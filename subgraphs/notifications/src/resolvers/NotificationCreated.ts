import type { NotificationCreatedResolvers } from '../__generated__/resolvers.ts';
import { countsOf } from './counts-of.ts';

export const NotificationCreated: NotificationCreatedResolvers = {
  /** Counted now, not then: after the newest event it is right, whatever happened at once. */
  counts: ({ notification: { userId } }, _, context) => countsOf(userId, context),
};
