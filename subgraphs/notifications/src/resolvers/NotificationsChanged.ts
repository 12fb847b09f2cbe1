import type { NotificationsChangedResolvers } from '../__generated__/resolvers.ts';
import { countsOf } from './counts-of.ts';

export const NotificationsChanged: NotificationsChangedResolvers = {
  counts: ({ userId }, _, context) => countsOf(userId, context),
};
