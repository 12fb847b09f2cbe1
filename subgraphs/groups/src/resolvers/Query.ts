import { assertExactlyOne, requireViewer } from '@souk/runtime/domain';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { pageOfDirectory } from './pages.ts';
import { visibleGroup } from './visible.ts';

export const Query: QueryResolvers = {
  viewer: (_, __, { viewer }) => ({ id: requireViewer(viewer).userId }),
  group: (_, { id, slug }, context) => {
    assertExactlyOne({ id, slug });
    return visibleGroup({ id, slug }, context);
  },
  groups: (_, args, context) => pageOfDirectory(args, context),
};
