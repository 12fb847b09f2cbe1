import { requireViewer, unauthenticated } from '@souk/runtime/domain';
import type { SecurityChangedResolvers } from '../__generated__/resolvers.ts';

export const SecurityChanged: SecurityChangedResolvers = {
  viewer: async (_, __, { viewer, stores }) => {
    const { userId, sessionId } = requireViewer(viewer);
    const own = await stores.accounts.findAtHead(userId);
    if (!own) throw unauthenticated();
    return { ...own, sessionId };
  },
};
