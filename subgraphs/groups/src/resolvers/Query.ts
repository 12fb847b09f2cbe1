import { assertExactlyOne } from '@souk/runtime/domain';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { pageOfDirectory } from './pages.ts';
import { visibleGroup } from './visible.ts';

export const Query: QueryResolvers = {
  group: (_, keys, context) => {
    assertExactlyOne({ id: keys.id, slug: keys.slug });
    return visibleGroup(keys, context);
  },
  groups: (_, args, context) => pageOfDirectory(args, context),
};
