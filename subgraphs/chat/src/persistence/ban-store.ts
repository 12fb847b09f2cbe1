import type { RoomBan } from '../domain/room.ts';
import type { Db } from './client.ts';

export interface BansRequest {
  roomId: string;
  limit: number;
  /** The id of the last one seen. */
  from: string | null;
}

/** Bans: which user may not come back into which room by themselves. */
export interface BanStore {
  /**
   * Until the transaction ends nobody else lets these people in or takes them out: otherwise
   * somebody who is just coming in could pass the ban that is just being written.
   */
  lock(roomId: string, userIds: readonly string[]): Promise<void>;
  /** A ban that is there already stays as it is. */
  add(ban: RoomBan): Promise<void>;
  bannedAmong(roomId: string, userIds: readonly string[]): Promise<string[]>;
  /** The rooms among these from which a user is banned. */
  roomsBanning(userId: string, roomIds: readonly string[]): Promise<string[]>;
  lift(roomId: string, userIds: readonly string[]): Promise<void>;
  /** That one alone, and none that has come in its place. */
  remove(id: string): Promise<void>;
  findMany(ids: readonly string[]): Promise<RoomBan[]>;
  /** Pages of many rooms at once, the newest first, one more than wanted if there are more. */
  pages(requests: readonly BansRequest[]): Promise<(RoomBan & { request: number })[]>;
}

export const createBanStore = (db: Db): BanStore => ({
  lock: async (roomId, userIds) => {
    for (const userId of [...userIds].sort()) {
      await db.$executeRaw`
        SELECT pg_advisory_xact_lock(hashtextextended(${`entry:${roomId}:${userId}`}, 0))`;
    }
  },
  add: async (ban) => {
    await db.roomBan.createMany({ data: [ban], skipDuplicates: true });
  },
  bannedAmong: async (roomId, userIds) => {
    const rows = await db.roomBan.findMany({
      where: { roomId, userId: { in: [...userIds] } },
      select: { userId: true },
    });
    return rows.map(({ userId }) => userId);
  },
  roomsBanning: async (userId, roomIds) => {
    const rows = await db.roomBan.findMany({
      where: { userId, roomId: { in: [...roomIds] } },
      select: { roomId: true },
    });
    return rows.map(({ roomId }) => roomId);
  },
  lift: async (roomId, userIds) => {
    await db.roomBan.deleteMany({ where: { roomId, userId: { in: [...userIds] } } });
  },
  remove: async (id) => {
    await db.roomBan.deleteMany({ where: { id } });
  },
  findMany: (ids) => db.roomBan.findMany({ where: { id: { in: [...ids] } } }),
  pages: (requests) => {
    const wanted = requests.map(({ roomId, limit, from }, request) => ({
      request,
      room_id: roomId,
      row_limit: limit + 1,
      from_id: from,
    }));
    return db.$queryRaw`
      SELECT w.request, page.* FROM
        jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
          (request int, room_id text, row_limit int, from_id text)
        CROSS JOIN LATERAL (
          SELECT b.id, b.room_id AS "roomId", b.user_id AS "userId", b.banned_by AS "bannedBy",
            b.created_at AS "createdAt"
          FROM room_ban b
          WHERE b.room_id = w.room_id AND (w.from_id IS NULL OR b.id < w.from_id)
          ORDER BY b.id DESC LIMIT w.row_limit
        ) page
      ORDER BY w.request, page.id DESC`;
  },
});
