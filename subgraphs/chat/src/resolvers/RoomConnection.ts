import type { RoomConnectionResolvers } from '../__generated__/resolvers.ts';

export const RoomConnection: RoomConnectionResolvers = {
  totalCount: ({ count }) => count(),
};
