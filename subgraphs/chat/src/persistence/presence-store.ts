import { lockByName } from '@souk/runtime/persistence';
import {
  type ChosenStatus,
  defaultPresenceSettings,
  type PresenceSettings,
} from '../domain/presence.ts';
import type { Db } from './client.ts';

export interface PresenceStore {
  /** The settings of each of these people; people who never changed any have the defaults. */
  findMany(userIds: readonly string[]): Promise<PresenceSettings[]>;
  save(settings: PresenceSettings): Promise<void>;
  /** Records activity, at most once a minute for each person; nothing for invisible people. */
  noteActivity(userId: string, at: Date): Promise<void>;
  /** Locks this person's settings until the transaction ends. */
  lock(userId: string): Promise<void>;
}

export const createPresenceStore = (db: Db): PresenceStore => ({
  findMany: async (userIds) => {
    const rows = await db.presenceSetting.findMany({ where: { userId: { in: [...userIds] } } });
    const known = new Map(rows.map((row) => [row.userId, row]));
    return userIds.map((userId) => {
      const row = known.get(userId);
      if (!row) return defaultPresenceSettings(userId);
      return { ...row, chosenStatus: row.chosenStatus as ChosenStatus | null };
    });
  },
  save: async ({ userId, ...settings }) => {
    await db.presenceSetting.upsert({
      where: { userId },
      create: { userId, ...settings },
      update: settings,
    });
  },
  noteActivity: async (userId, at) => {
    await db.$executeRaw`
      INSERT INTO presence_setting (user_id, last_active_at) VALUES (${userId}, ${at})
      ON CONFLICT (user_id) DO UPDATE SET last_active_at = excluded.last_active_at
      WHERE NOT presence_setting.invisible AND (presence_setting.last_active_at IS NULL
        OR presence_setting.last_active_at < excluded.last_active_at - interval '1 minute')`;
  },
  lock: async (userId) => {
    await lockByName(db, `presence:${userId}`);
  },
});
