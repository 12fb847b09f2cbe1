import type { GroupMemberConnectionResolvers } from '../__generated__/resolvers.ts';

export const GroupMemberConnection: GroupMemberConnectionResolvers = {
  totalCount: async ({ total }) => (await total()).count,
  totalCountExact: async ({ total }) => (await total()).exact,
};
