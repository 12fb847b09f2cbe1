import type { NotificationPreferencesResolvers } from '../__generated__/resolvers.ts';
import { allRules } from '../domain/preferences.ts';

export const NotificationPreferences: NotificationPreferencesResolvers = {
  rules: async ({ userId }, _, { loaders }) =>
    allRules((await loaders.preferences.load(userId))?.rules ?? []),
  version: async ({ userId }, _, { loaders }) =>
    (await loaders.preferences.load(userId))?.version ?? 0,
};
