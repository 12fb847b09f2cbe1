import type { Preferences as PreferencesRow, Prisma } from '../__generated__/prisma/client.ts';
import type { DigestFrequency } from '../domain/digest.ts';
import { CHANNELS, type Channel, type NotificationKind } from '../domain/notification.ts';
import {
  DEFAULT_SETTINGS,
  isOn,
  type PreferenceRule,
  type PreferenceSettings,
  type Preferences,
} from '../domain/preferences.ts';
import type { QuietPeriod } from '../domain/quiet-hours.ts';
import type { Db } from './client.ts';

export interface PreferenceStore {
  of(userIds: readonly string[]): Promise<Preferences[]>;
  /** What people chose besides their rules; people who chose nothing are left out. */
  settingsOf(userIds: readonly string[]): Promise<Map<string, PreferenceSettings>>;
  /** The stored preferences; nobody else changes them before this transaction ends. */
  lock(userId: string): Promise<Preferences>;
  /** Stores these rules; true if any of them is different from before. */
  saveRules(userId: string, rules: readonly PreferenceRule[]): Promise<boolean>;
  saveSettings(userId: string, settings: PreferenceSettings): Promise<void>;
  setVersion(userId: string, version: number): Promise<void>;
  /** By channel, the people among these who do not want this kind on it. */
  unwilling(
    userIds: readonly string[],
    kind: NotificationKind,
  ): Promise<ReadonlyMap<Channel, ReadonlySet<string>>>;
}

export const createPreferenceStore = (db: Db): PreferenceStore => {
  const of: PreferenceStore['of'] = async (userIds) => {
    const where = { userId: { in: [...userIds] } };
    const [rules, rows] = await Promise.all([
      db.preferenceRule.findMany({ where }),
      db.preferences.findMany({ where }),
    ]);
    return userIds.map((userId) => {
      const row = rows.find((one) => one.userId === userId);
      return {
        userId,
        rules: rules
          .filter((rule) => rule.userId === userId)
          .map(({ kind, channel, enabled }) => ({
            kind: kind as NotificationKind,
            channel: channel as Channel,
            enabled,
          })),
        ...(row ? settingsOfRow(row) : DEFAULT_SETTINGS),
        version: row?.version ?? 0,
      };
    });
  };
  return {
    of,
    settingsOf: async (userIds) => {
      const rows = await db.preferences.findMany({ where: { userId: { in: [...userIds] } } });
      return new Map(rows.map((row) => [row.userId, settingsOfRow(row)]));
    },
    lock: async (userId) => {
      await db.$executeRaw`
        INSERT INTO preferences (user_id) VALUES (${userId})
        ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id`;
      const [preferences] = await of([userId]);
      return preferences ?? { userId, rules: [], ...DEFAULT_SETTINGS, version: 0 };
    },
    saveRules: async (userId, rules) => {
      const column = <Field extends keyof PreferenceRule>(field: Field) =>
        rules.map((rule) => rule[field]);
      const changed = await db.$executeRaw`
        INSERT INTO preference_rule AS rule (user_id, kind, channel, enabled)
        SELECT ${userId}, * FROM unnest(${column('kind')}::text[], ${column('channel')}::text[],
          ${column('enabled')}::boolean[])
        ON CONFLICT (user_id, kind, channel) DO UPDATE SET enabled = excluded.enabled
          WHERE rule.enabled <> excluded.enabled`;
      return changed > 0;
    },
    saveSettings: async (userId, { quietPeriods, ...settings }) => {
      await db.preferences.update({
        where: { userId },
        data: { ...settings, quietPeriods: quietPeriods as unknown as Prisma.InputJsonValue },
      });
    },
    setVersion: async (userId, version) => {
      await db.preferences.update({ where: { userId }, data: { version } });
    },
    unwilling: async (userIds, kind) => {
      const rows = await db.preferenceRule.findMany({
        where: { userId: { in: [...userIds] }, kind },
        select: { userId: true, channel: true, enabled: true },
      });
      const said = new Map<string, PreferenceRule[]>();
      for (const { userId, channel, enabled } of rows) {
        const rules = said.get(userId) ?? [];
        said.set(userId, [...rules, { kind, channel: channel as Channel, enabled }]);
      }
      const unwilling = (channel: Channel) =>
        userIds.filter((userId) => !isOn(said.get(userId) ?? [], kind, channel));
      return new Map(CHANNELS.map((channel) => [channel, new Set(unwilling(channel))]));
    },
  };
};

const settingsOfRow = (row: PreferencesRow): PreferenceSettings => ({
  digest: row.digest as DigestFrequency,
  quietPeriods: row.quietPeriods as unknown as QuietPeriod[],
  timeZone: row.timeZone,
  pausedUntil: row.pausedUntil,
  missedMessageDelayMinutes: row.missedMessageDelayMinutes,
  emailLocale: row.emailLocale,
});
