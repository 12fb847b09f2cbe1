import type { EntityEmbedResolvers } from '../__generated__/resolvers.ts';

/** What type it is of only the identity subgraph says, and its owner whether the viewer may see it. */
export const EntityEmbed: EntityEmbedResolvers = {
  entity: ({ entityId }) => ({ id: entityId }),
};
