import type { SessionResolvers } from '../__generated__/resolvers.ts';
import { authenticatedAt } from '../domain/session.ts';

export const Session: SessionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownSession.load(id),
  authenticatedAt,
  current: ({ id, current }, _, { viewer }) => current ?? id === viewer?.sessionId,
};
