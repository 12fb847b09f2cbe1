import type { NotificationPreferencesResolvers } from '../__generated__/resolvers.ts';
import { allRules } from '../domain/preferences.ts';

export const NotificationPreferences: NotificationPreferencesResolvers = {
  rules: async ({ userId }, _, { stores }) => allRules(await stores.preferences.rulesOf(userId)),
};
