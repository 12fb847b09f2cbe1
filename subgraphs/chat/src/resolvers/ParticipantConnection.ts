import type { ParticipantConnectionResolvers } from '../__generated__/resolvers.ts';

export const ParticipantConnection: ParticipantConnectionResolvers = {
  totalCount: ({ count }) => count(),
};
