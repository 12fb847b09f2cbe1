import type { SessionResolvers } from '../__generated__/resolvers.ts';

export const Session: SessionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownSession.load(id),
  authenticatedBy: ({ authenticatedBy }) => [...authenticatedBy],
  current: ({ id, current }, _, { viewer }) => current ?? id === viewer?.sessionId,
};
