import type { JoinRequestConnectionResolvers } from '../__generated__/resolvers.ts';

export const JoinRequestConnection: JoinRequestConnectionResolvers = {
  totalCount: ({ count }) => count(),
};
