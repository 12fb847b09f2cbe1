import { isIdOf } from '@souk/runtime/domain';
import type { UserResolvers } from '../__generated__/resolvers.ts';
import { isSuspended, suspensionOf } from '../domain/suspension.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('usr', id) ? loaders.account.load(id) : null,
  bio: (account, _, { services: { clock } }) =>
    isSuspended(account, clock()) ? null : account.bio,
  avatar: (account, _, { loaders, services: { clock } }) =>
    account.avatarMediaId === null || isSuspended(account, clock())
      ? null
      : loaders.media.load(account.avatarMediaId),
  suspended: (account, _, { services: { clock } }) => isSuspended(account, clock()),
  suspension: (account, _, { services: { clock } }) => suspensionOf(account, clock()),
};
