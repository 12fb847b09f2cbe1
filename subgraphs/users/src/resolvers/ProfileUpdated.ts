import { notFound } from '@souk/runtime/domain';
import type { ProfileUpdatedResolvers } from '../__generated__/resolvers.ts';

export const ProfileUpdated: ProfileUpdatedResolvers = {
  user: async ({ userId }, _, { loaders }) => {
    // One context serves all events of a subscription: what was loaded for an earlier one is stale.
    const account = await loaders.account.clear(userId).load(userId);
    if (!account) throw notFound('User');
    return account;
  },
  changed: ({ changed }) => [...changed],
};
