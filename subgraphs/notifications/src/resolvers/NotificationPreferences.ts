import type {
  NotificationPreferencesResolvers,
  QuietPeriodResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { allRules, DEFAULT_SETTINGS, type Preferences } from '../domain/preferences.ts';

const loaded = async ({ userId }: { userId: string }, { loaders }: Context): Promise<Preferences> =>
  (await loaders.preferences.load(userId)) ?? {
    userId,
    rules: [],
    ...DEFAULT_SETTINGS,
    version: 0,
  };

export const NotificationPreferences: NotificationPreferencesResolvers = {
  rules: async (of, _, context) => allRules((await loaded(of, context)).rules),
  digest: async (of, _, context) => (await loaded(of, context)).digest,
  timeZone: async (of, _, context) => (await loaded(of, context)).timeZone,
  pausedUntil: async (of, _, context) => (await loaded(of, context)).pausedUntil,
  missedMessageDelayMinutes: async (of, _, context) =>
    (await loaded(of, context)).missedMessageDelayMinutes ??
    Math.ceil(context.services.missedMailDelaySeconds / 60),
  quietPeriods: async (of, _, context) => [...(await loaded(of, context)).quietPeriods],
  emailLocale: async (of, _, context) => (await loaded(of, context)).emailLocale,
  version: async (of, _, context) => (await loaded(of, context)).version,
};

export const QuietPeriod: QuietPeriodResolvers = {
  days: ({ days }) => [...days],
};
