import type { Channel, NotificationKind } from '../domain/notification.ts';
import type { PreferenceRule } from '../domain/preferences.ts';
import type { Db } from './client.ts';

export interface PreferenceStore {
  rulesOf(userId: string): Promise<PreferenceRule[]>;
  save(userId: string, rules: readonly PreferenceRule[]): Promise<void>;
  /** Those among the people who switched this kind off on this channel. */
  unwilling(
    userIds: readonly string[],
    what: { kind: NotificationKind; channel: Channel },
  ): Promise<Set<string>>;
}

export const createPreferenceStore = ({ preferenceRule }: Db): PreferenceStore => ({
  rulesOf: async (userId) => {
    const rows = await preferenceRule.findMany({ where: { userId } });
    return rows.map(({ kind, channel, enabled }) => ({
      kind: kind as NotificationKind,
      channel: channel as Channel,
      enabled,
    }));
  },
  save: async (userId, rules) => {
    for (const { kind, channel, enabled } of rules) {
      await preferenceRule.upsert({
        where: { userId_kind_channel: { userId, kind, channel } },
        create: { userId, kind, channel, enabled },
        update: { enabled },
      });
    }
  },
  unwilling: async (userIds, { kind, channel }) => {
    const rows = await preferenceRule.findMany({
      where: { userId: { in: [...userIds] }, kind, channel, enabled: false },
      select: { userId: true },
    });
    return new Set(rows.map(({ userId }) => userId));
  },
});
