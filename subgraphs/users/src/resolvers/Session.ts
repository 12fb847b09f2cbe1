import type { SessionResolvers } from '../__generated__/resolvers.ts';

export const Session: SessionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownSession.load(id),
  current: ({ id, current }, _, { viewer }) => current ?? id === viewer?.sessionId,
};
