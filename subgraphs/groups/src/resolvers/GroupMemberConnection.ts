import type { GroupMemberConnectionResolvers } from '../__generated__/resolvers.ts';

export const GroupMemberConnection: GroupMemberConnectionResolvers = {
  totalCount: ({ count }) => count(),
};
