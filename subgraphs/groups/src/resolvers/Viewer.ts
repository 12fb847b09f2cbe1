import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { pageOfMemberships } from './pages.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: whoever asks gets their own and nobody else's. */
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  groups: ({ id }, args, context) => pageOfMemberships(id, { ...args, publicOnly: false }, context),
};
