import type { RoomPreference } from '../domain/room-preference.ts';
import type { Db } from './client.ts';

export interface RoomPreferenceStore {
  /** Stored unless something newer is known, by its place in the person's stream. */
  keep(preference: RoomPreference & { roomId: string; sequence: number }): Promise<void>;
  /** People who left a room have no preferences for it; chat deletes them as well. */
  drop(roomId: string, userIds: readonly string[]): Promise<void>;
  findMany(roomId: string, userIds: readonly string[]): Promise<RoomPreference[]>;
  /** A person's preferences for these rooms, as far as they have set any. */
  ofPerson(userId: string, roomIds: readonly string[]): Promise<Map<string, RoomPreference>>;
}

export const createRoomPreferenceStore = (db: Db): RoomPreferenceStore => ({
  keep: async ({ roomId, userId, notify, mutedUntil, sequence }) => {
    await db.$executeRaw`
      INSERT INTO room_preference AS p (room_id, user_id, notify, muted_until, sequence)
      VALUES (${roomId}, ${userId}, ${notify}, ${mutedUntil}::timestamptz, ${sequence}::bigint)
      ON CONFLICT (room_id, user_id) DO UPDATE SET notify = excluded.notify,
        muted_until = excluded.muted_until, sequence = excluded.sequence
      WHERE p.sequence < excluded.sequence`;
  },
  drop: async (roomId, userIds) => {
    // The newest place stays, so that an older event does not bring it back.
    await db.roomPreference.updateMany({
      where: { roomId, userId: { in: [...userIds] } },
      data: { notify: 'DEFAULT', mutedUntil: null },
    });
  },
  findMany: async (roomId, userIds) => {
    const rows = await db.roomPreference.findMany({
      where: { roomId, userId: { in: [...userIds] } },
      select: { userId: true, notify: true, mutedUntil: true },
    });
    return rows.map((row) => ({ ...row, notify: row.notify as RoomPreference['notify'] }));
  },
  ofPerson: async (userId, roomIds) => {
    if (roomIds.length === 0) return new Map();
    const rows = await db.roomPreference.findMany({
      where: { userId, roomId: { in: [...roomIds] } },
      select: { roomId: true, userId: true, notify: true, mutedUntil: true },
    });
    return new Map(
      rows.map(({ roomId, ...row }) => [
        roomId,
        { ...row, notify: row.notify as RoomPreference['notify'] },
      ]),
    );
  },
});
