import { isIdOf } from '@souk/runtime/domain';
import type { UserResolvers } from '../__generated__/resolvers.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('usr', id) ? loaders.account.load(id) : null,
};
