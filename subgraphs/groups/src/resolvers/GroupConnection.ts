import type { GroupConnectionResolvers } from '../__generated__/resolvers.ts';

export const GroupConnection: GroupConnectionResolvers = {
  totalCount: ({ count }) => count(),
};
