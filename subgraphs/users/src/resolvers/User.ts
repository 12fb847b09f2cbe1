import { isIdOf } from '@souk/runtime/domain';
import type { UserResolvers } from '../__generated__/resolvers.ts';
import { canonicalUsername } from '../domain/username.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id, username }: { id?: string; username?: string }, { loaders }) => {
    if (id !== undefined) return isIdOf('usr', id) ? loaders.account.load(id) : null;
    return loaders.accountByUsername.load(canonicalUsername(username ?? ''));
  },
};
