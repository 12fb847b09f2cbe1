import type { SecuritySettingsResolvers } from '../__generated__/resolvers.ts';

export const SecuritySettings: SecuritySettingsResolvers = {
  identities: ({ accountId }, _, { stores }) => stores.identities.listOf(accountId),
  passkeys: ({ accountId }, _, { stores }) => stores.passkeys.listOf(accountId),
};
