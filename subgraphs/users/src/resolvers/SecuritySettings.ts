import type { SecuritySettingsResolvers } from '../__generated__/resolvers.ts';

export const SecuritySettings: SecuritySettingsResolvers = {
  passkeys: ({ accountId }, _, { stores }) => stores.passkeys.listOf(accountId),
};
