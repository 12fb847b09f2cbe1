import type { EntityEmbedResolvers } from '../__generated__/resolvers.ts';

/** Only the identity subgraph can tell its type, and only its owner whether the viewer may see it. */
export const EntityEmbed: EntityEmbedResolvers = {
  entity: ({ entityId }) => ({ id: entityId }),
};
