import { isIdOf } from '@souk/runtime/domain';
import type { UserResolvers } from '../__generated__/resolvers.ts';
import { pageOfPublicGroups } from './pages.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => (isIdOf('usr', id) ? { id } : null),
  publicGroups: ({ id }, args, context) => pageOfPublicGroups(id, args, context),
};
