import type { MutationResolvers } from '../__generated__/resolvers.ts';
import { addressBook } from './mutations/address-book.ts';
import { apiKeys } from './mutations/api-keys.ts';
import { deletion } from './mutations/deletion.ts';
import { identities } from './mutations/identities.ts';
import { profile } from './mutations/profile.ts';
import { secondFactors } from './mutations/second-factors.ts';
import { security } from './mutations/security.ts';
import { signIn } from './mutations/sign-in.ts';
import { uploads } from './mutations/uploads.ts';

export const Mutation: MutationResolvers = {
  ...signIn,
  ...security,
  ...secondFactors,
  ...profile,
  ...addressBook,
  ...uploads,
  ...apiKeys,
  ...identities,
  ...deletion,
};
