import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { pageOfMemberships } from './pages.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: whoever asks gets their own and nobody else's. */
  __resolveReference: ({ id }, { viewer }) => (viewer?.userId === id ? { id } : null),
  groups: ({ id }, args, context) => pageOfMemberships(id, { ...args, publicOnly: false }, context),
};
