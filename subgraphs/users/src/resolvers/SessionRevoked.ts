import type { SessionRevokedResolvers } from '../__generated__/resolvers.ts';

export const SessionRevoked: SessionRevokedResolvers = {
  // One context serves all events of a subscription: what was loaded before its end is stale.
  session: ({ sessionId }, _, { loaders }) => loaders.ownSession.clear(sessionId).load(sessionId),
};
