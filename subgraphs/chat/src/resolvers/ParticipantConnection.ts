import type { ParticipantConnectionResolvers } from '../__generated__/resolvers.ts';

export const ParticipantConnection: ParticipantConnectionResolvers = {
  totalCount: async ({ roomId, count }, _, { loaders }) =>
    count ?? (await loaders.participantCount.load(roomId))?.count ?? 0,
};
