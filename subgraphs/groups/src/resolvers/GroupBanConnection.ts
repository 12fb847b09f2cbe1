import type { GroupBanConnectionResolvers } from '../__generated__/resolvers.ts';

export const GroupBanConnection: GroupBanConnectionResolvers = {
  totalCount: ({ count }) => count(),
};
