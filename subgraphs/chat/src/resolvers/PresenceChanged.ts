import type { PresenceChangedResolvers } from '../__generated__/resolvers.ts';

export const PresenceChanged: PresenceChangedResolvers = {
  user: ({ userId }) => ({ id: userId }),
};
