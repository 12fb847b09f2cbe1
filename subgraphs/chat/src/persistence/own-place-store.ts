import { announceLocks } from '@souk/runtime/persistence';
import type { NotifyLevel } from '../domain/room.ts';
import type { Db } from './client.ts';
import { systemUpTo } from './system-message-store.ts';

export interface RoomPreferences {
  notify?: NotifyLevel | undefined;
  mutedUntil?: Date | null | undefined;
  starred?: boolean | undefined;
}

export interface KeptPreferences {
  notify: NotifyLevel;
  mutedUntil: Date | null;
  isNews: boolean;
}

/** A participant's private settings for a room. */
export interface OwnPlaceStore {
  /**
   * Returns the resulting state, and whether it differs from before; null for somebody who is not in the
   * room.
   */
  prefer(
    roomId: string,
    userId: string,
    preferences: RoomPreferences,
  ): Promise<KeptPreferences | null>;
  /** Moves the read marker back to before a message; false when it is already there or further back. */
  markUnread(roomId: string, userId: string, fromSequence: number): Promise<boolean>;
  /** Moves the marker of every room with unread messages to its newest message; returns these rooms. */
  readAll(userId: string): Promise<{ roomId: string; readUpTo: number }[]>;
}

export const createOwnPlaceStore = (db: Db): OwnPlaceStore => ({
  prefer: async (roomId, userId, { notify, mutedUntil, starred }) => {
    announceLocks(db, `${roomId}:${userId}`);
    const [row] = await db.$queryRaw<KeptPreferences[]>`
      WITH before AS MATERIALIZED (
        SELECT notify, muted_until, starred FROM participant
        WHERE room_id = ${roomId} AND user_id = ${userId} FOR NO KEY UPDATE
      )
      UPDATE participant p SET
        notify = coalesce(${notify ?? null}::notify_level, p.notify),
        muted_until = CASE WHEN ${mutedUntil === undefined} THEN p.muted_until
          ELSE ${mutedUntil ?? null}::timestamptz END,
        starred = coalesce(${starred ?? null}::boolean, p.starred)
      FROM before WHERE p.room_id = ${roomId} AND p.user_id = ${userId}
      RETURNING p.notify::text AS notify, p.muted_until AS "mutedUntil",
        (p.notify, p.muted_until, p.starred)
          IS DISTINCT FROM (before.notify, before.muted_until, before.starred) AS "isNews"`;
    return row ?? null;
  },
  markUnread: async (roomId, userId, fromSequence) => {
    const moved = await db.$executeRaw`
      UPDATE participant p SET read_message_sequence = ${fromSequence - 1},
        read_system_count = ${systemUpTo(roomId, fromSequence - 1)},
        read_event_sequence = m.event_sequence - 1
      FROM message m
      WHERE p.room_id = ${roomId} AND p.user_id = ${userId}
        AND p.read_message_sequence >= ${fromSequence}
        AND p.hidden_message_sequence < ${fromSequence}
        AND m.room_id = ${roomId} AND m.sequence = ${fromSequence} AND m.thread_root_id IS NULL`;
    return moved === 1;
  },
  // In the order in which every other statement locks them, one room at a time.
  readAll: async (userId) => {
    announceLocks(db, userId);
    const rows = await db.$queryRaw<{ room_id: string; read_up_to: bigint }[]>`
      WITH unread AS (
        SELECT p.room_id, r.last_sequence, r.system_count, m.event_sequence FROM participant p
        JOIN room r ON r.id = p.room_id
        JOIN message m ON m.room_id = r.id AND m.sequence = r.last_sequence AND m.thread_root_id IS NULL
        WHERE p.user_id = ${userId} AND r.last_sequence > p.read_message_sequence
        ORDER BY p.room_id FOR NO KEY UPDATE OF p)
      UPDATE participant p SET read_message_sequence = unread.last_sequence,
        read_system_count = unread.system_count,
        read_event_sequence = greatest(p.read_event_sequence, unread.event_sequence)
      FROM unread WHERE p.room_id = unread.room_id AND p.user_id = ${userId}
      RETURNING p.room_id, unread.event_sequence AS read_up_to`;
    return rows.map((row) => ({ roomId: row.room_id, readUpTo: Number(row.read_up_to) }));
  },
});
