import { isIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { QueryResolvers } from '../__generated__/resolvers.ts';

const LIST = 'specimens';

export const Query: QueryResolvers = {
  specimen: (_, { id }, { loaders }) => (isIdOf('spc', id) ? loaders.specimen.load(id) : null),
  specimens: async (_, args, { stores, cursors }) => {
    const page = pageOf<string>(args, { cursors, purpose: LIST });
    const rows = await stores.specimens.page(page);
    return connectionOf(rows, page, { cursors, purpose: LIST, positionOf: ({ id }) => id });
  },
};
