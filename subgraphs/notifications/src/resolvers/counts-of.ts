import type { Context } from '../context.ts';
import type { UnreadCounts } from '../domain/notification.ts';

/** How many notices of somebody are unread, as of this moment. */
export const countsOf = async (userId: string, { loaders }: Context): Promise<UnreadCounts> =>
  (await loaders.unread.load(userId)) ?? { userId, byKind: [], badge: 0 };
