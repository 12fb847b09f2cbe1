import { badInput } from '@souk/runtime/domain';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { pageOfDirectory } from './pages.ts';
import { visibleGroup } from './visible.ts';

export const Query: QueryResolvers = {
  group: (_, keys, context) => {
    if ((keys.id == null) === (keys.slug == null)) throw badInput('Give `id` or `slug`.', ['id']);
    return visibleGroup(keys, context);
  },
  groups: (_, args, context) => pageOfDirectory(args, context),
};
