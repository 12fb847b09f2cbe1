import type { Channel, NotificationKind } from '../domain/notification.ts';
import type { PreferenceRule, Preferences } from '../domain/preferences.ts';
import type { Db } from './client.ts';

export interface PreferenceStore {
  of(userIds: readonly string[]): Promise<Preferences[]>;
  /** The version there is; nobody else changes the preferences before this transaction ends. */
  lock(userId: string): Promise<number>;
  /** Keeps these rules; true when any of them differs from what there was. */
  save(userId: string, rules: readonly PreferenceRule[]): Promise<boolean>;
  setVersion(userId: string, version: number): Promise<void>;
  /** The people among these who switched this kind off on this channel. */
  unwilling(
    userIds: readonly string[],
    what: { kind: NotificationKind; channel: Channel },
  ): Promise<Set<string>>;
}

export const createPreferenceStore = (db: Db): PreferenceStore => ({
  of: async (userIds) => {
    const where = { userId: { in: [...userIds] } };
    const [rules, versions] = await Promise.all([
      db.preferenceRule.findMany({ where }),
      db.preferences.findMany({ where, select: { userId: true, version: true } }),
    ]);
    return userIds.map((userId) => ({
      userId,
      rules: rules
        .filter((rule) => rule.userId === userId)
        .map(({ kind, channel, enabled }) => ({
          kind: kind as NotificationKind,
          channel: channel as Channel,
          enabled,
        })),
      version: versions.find((row) => row.userId === userId)?.version ?? 0,
    }));
  },
  lock: async (userId) => {
    const [row] = await db.$queryRaw<{ version: number }[]>`
      INSERT INTO preferences (user_id) VALUES (${userId})
      ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id RETURNING version`;
    return row?.version ?? 0;
  },
  save: async (userId, rules) => {
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
  setVersion: async (userId, version) => {
    await db.preferences.update({ where: { userId }, data: { version } });
  },
  unwilling: async (userIds, { kind, channel }) => {
    const rows = await db.preferenceRule.findMany({
      where: { userId: { in: [...userIds] }, kind, channel, enabled: false },
      select: { userId: true },
    });
    return new Set(rows.map(({ userId }) => userId));
  },
});
