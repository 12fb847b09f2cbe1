import { lockByName } from '@souk/runtime/persistence';
import type { RoomBan } from '../domain/room-entry.ts';
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
   * Until the transaction ends nobody else adds or removes these people: otherwise somebody who is just
   * joining could slip past the ban that is just being written.
   */
  lock(roomId: string, userIds: readonly string[]): Promise<void>;
  /** Replaces an existing ban, whose id it keeps. */
  put(ban: RoomBan): Promise<RoomBan>;
  /** Those that are in force at this moment. */
  among(roomId: string, userIds: readonly string[], at: Date): Promise<RoomBan[]>;
  /** Those that keep a user out of these rooms at this moment. */
  of(userId: string, roomIds: readonly string[], at: Date): Promise<RoomBan[]>;
  lift(roomId: string, userIds: readonly string[]): Promise<void>;
  /**
   * A report is no longer decided by a ban: the one that its decision made ends, unless another report was decided
   * in the same way while it stood. Then the ban is that report's. Locked by `lock`.
   */
  liftDecided(report: { id: string; roomId: string; authorId: string }): Promise<void>;
  /** Only this one, not one that has replaced it. */
  remove(id: string): Promise<void>;
  findMany(ids: readonly string[]): Promise<RoomBan[]>;
  /** Pages of many rooms at once, newest first, with one more than wanted if there are more. */
  pages(requests: readonly BansRequest[], at: Date): Promise<(RoomBan & { request: number })[]>;
}

export const createBanStore = (db: Db): BanStore => ({
  lock: async (roomId, userIds) => {
    for (const userId of [...userIds].sort()) {
      await lockByName(db, `entry:${roomId}:${userId}`);
    }
  },
  put: ({ id, roomId, userId, ...decided }) =>
    db.roomBan.upsert({
      where: { roomId_userId: { roomId, userId } },
      create: { id, roomId, userId, ...decided },
      update: decided,
    }),
  among: (roomId, userIds, at) =>
    db.roomBan.findMany({ where: { roomId, userId: { in: [...userIds] }, ...holdingAt(at) } }),
  of: (userId, roomIds, at) =>
    db.roomBan.findMany({ where: { userId, roomId: { in: [...roomIds] }, ...holdingAt(at) } }),
  lift: async (roomId, userIds) => {
    await db.roomBan.deleteMany({ where: { roomId, userId: { in: [...userIds] } } });
  },
  liftDecided: async ({ id: reportId, roomId, authorId: userId }) => {
    const ban = await db.roomBan.findFirst({ where: { roomId, userId, reportId } });
    if (!ban) return;
    const { id, createdAt } = ban;
    const other = await db.report.findFirst({
      where: {
        ...{ roomId, authorId: userId, outcome: 'AUTHOR_BANNED', id: { not: reportId } },
        decidedAt: { gte: createdAt },
      },
      orderBy: { decidedAt: 'asc' },
    });
    if (other) await db.roomBan.update({ where: { id }, data: { reportId: other.id } });
    else await db.roomBan.delete({ where: { id } });
  },
  remove: async (id) => {
    await db.roomBan.deleteMany({ where: { id } });
  },
  findMany: (ids) => db.roomBan.findMany({ where: { id: { in: [...ids] } } }),
  // As a range of both columns: where most bans are of one room, the planner would walk through all of them by their ids
  // to find those of another.
  pages: (requests, at) => {
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
            b.created_at AS "createdAt", b.reason, b.until, b.report_id AS "reportId"
          FROM room_ban b
          WHERE (b.room_id, b.id) > (w.room_id, '')
            AND (b.room_id, b.id) < (w.room_id, coalesce(w.from_id, 'zzzz'))
            AND (b.until IS NULL OR b.until > ${at})
          ORDER BY b.room_id DESC, b.id DESC LIMIT w.row_limit
        ) page
      ORDER BY w.request, page.id DESC`;
  },
});

const holdingAt = (at: Date) => ({ OR: [{ until: null }, { until: { gt: at } }] });
