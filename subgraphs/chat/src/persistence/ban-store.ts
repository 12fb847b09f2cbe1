import type { Page } from '@souk/runtime/graphql';
import type { RoomBan } from '../domain/room.ts';
import type { Db } from './client.ts';

/** Who may not come back into which room by themselves. */
export interface BanStore {
  /**
   * Until the transaction ends nobody else lets these people in or takes them out: otherwise
   * somebody who is just coming in could pass the ban that is just being written.
   */
  lock(roomId: string, userIds: readonly string[]): Promise<void>;
  /** A ban that is there already stays as it is. */
  add(ban: RoomBan): Promise<void>;
  bannedAmong(roomId: string, userIds: readonly string[]): Promise<string[]>;
  lift(roomId: string, userIds: readonly string[]): Promise<void>;
  /** That one alone, and none that has come in its place. */
  remove(id: string): Promise<void>;
  findMany(ids: readonly string[]): Promise<RoomBan[]>;
  /** The newest first, one more than wanted if there are more. */
  page(roomId: string, page: Page<string>): Promise<RoomBan[]>;
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
  lift: async (roomId, userIds) => {
    await db.roomBan.deleteMany({ where: { roomId, userId: { in: [...userIds] } } });
  },
  remove: async (id) => {
    await db.roomBan.deleteMany({ where: { id } });
  },
  findMany: (ids) => db.roomBan.findMany({ where: { id: { in: [...ids] } } }),
  page: (roomId, { limit, from }) =>
    db.roomBan.findMany({
      where: { roomId, ...(from === null ? {} : { id: { lt: from } }) },
      orderBy: { id: 'desc' },
      take: limit + 1,
    }),
});
