import { isIdOf, notFound } from '@souk/runtime/domain';
import type { UserResolvers } from '../__generated__/resolvers.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => (isIdOf('usr', id) ? { id } : null),
  // Chat's own copy: usernames never change. A user who registered a moment ago may not be in it yet.
  username: async ({ id }, _, { services }) => {
    const user = await services.sharedReads.user.load(id);
    if (!user) throw notFound('User');
    return user.username;
  },
  presence: async ({ id }, _, { viewer, loaders }) =>
    viewer ? ((await loaders.presence.load(id))?.presence ?? null) : null,
};
