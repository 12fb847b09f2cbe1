import { announceLocks } from '@souk/runtime/persistence';
import type { Message } from '../domain/message.ts';
import type { Db } from './client.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './message-rows.ts';

/** Messages that are older than their rooms keep them. */
export interface OldMessageStore {
  /** Rooms that have messages older than they keep them. */
  rooms(at: Date): Promise<string[]>;
  /**
   * The oldest messages of a room, locked until the transaction ends, for the caller to delete; and whether
   * there may be more.
   */
  takeOf(
    roomId: string,
    at: Date,
    limit: number,
  ): Promise<{ old: readonly Message[]; isMore: boolean }>;
}

export const createOldMessageStore = (db: Db): OldMessageStore => ({
  rooms: async (at) => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT r.id FROM room r CROSS JOIN LATERAL (
        SELECT m.sent_at FROM message m
        WHERE m.room_id = r.id AND m.event_sequence > r.retained_after
        ORDER BY m.event_sequence LIMIT 1) oldest
      WHERE r.retention_days IS NOT NULL
        AND oldest.sent_at < ${at}::timestamptz - make_interval(days => r.retention_days)`;
    return rows.map(({ id }) => id);
  },
  takeOf: async (roomId, at, limit) => {
    announceLocks(db, roomId);
    const [room] = await db.$queryRaw<{ days: number | null; after: bigint }[]>`
      SELECT retention_days AS days, retained_after AS after FROM room
      WHERE id = ${roomId} FOR NO KEY UPDATE SKIP LOCKED`;
    if (!room || room.days === null) return { old: [], isMore: false };
    const rows = await db.$queryRaw<MessageRow[]>`
      SELECT ${MESSAGE_COLUMNS} FROM message m
      WHERE m.room_id = ${roomId} AND m.event_sequence > ${room.after}::bigint
      ORDER BY m.event_sequence LIMIT ${limit} FOR NO KEY UPDATE`;
    const keptSince = at.getTime() - room.days * 24 * 3_600_000;
    const firstKept = rows.findIndex((row) => row.sent_at.getTime() >= keptSince);
    const old = (firstKept < 0 ? rows : rows.slice(0, firstKept)).map(messageFromRow);
    const last = old.at(-1);
    if (last) {
      await db.$executeRaw`
        UPDATE room SET retained_after = ${last.eventSequence}::bigint WHERE id = ${roomId}`;
    }
    return {
      old: old.filter(({ deletedAt }) => deletedAt === null),
      isMore: old.length === limit,
    };
  },
});
