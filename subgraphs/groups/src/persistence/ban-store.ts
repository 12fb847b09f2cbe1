import type { GroupBan } from '../domain/ban.ts';
import type { Db } from './client.ts';
import type { Counted, ListPage } from './member-lists.ts';

/** Bans: which user must stay out of which group; changes require the group's lock. */
export interface BanStore {
  find(groupId: string, userId: string): Promise<GroupBan | null>;
  findMany(ids: readonly string[]): Promise<GroupBan[]>;
  /** The bans of a person in these groups. */
  findManyOf(userId: string, groupIds: readonly string[]): Promise<GroupBan[]>;
  /** The bans of these people in the group. */
  findManyIn(groupId: string, userIds: readonly string[]): Promise<GroupBan[]>;
  /** Bans that had expired at this moment. */
  over(now: Date, limit: number): Promise<GroupBan[]>;
  /** Replaces an existing one. */
  put(ban: GroupBan): Promise<void>;
  lift(groupId: string, userId: string): Promise<void>;
  /** Only this one, not one that has replaced it. */
  remove(id: string): Promise<void>;
  counts(groupIds: readonly string[]): Promise<Counted[]>;
  /** One page for each of these groups, newest first; includes expired ones. */
  pages(groupIds: readonly string[], page: ListPage): Promise<GroupBan[]>;
}

export const createBanStore = (db: Db): BanStore => ({
  find: (groupId, userId) =>
    db.groupBan.findUnique({ where: { groupId_userId: { groupId, userId } } }),
  findMany: (ids) => db.groupBan.findMany({ where: { id: { in: [...ids] } } }),
  findManyOf: (userId, groupIds) =>
    db.groupBan.findMany({ where: { userId, groupId: { in: [...groupIds] } } }),
  findManyIn: (groupId, userIds) =>
    db.groupBan.findMany({ where: { groupId, userId: { in: [...userIds] } } }),
  over: (now, limit) =>
    db.groupBan.findMany({
      where: { until: { lte: now } },
      orderBy: { until: 'asc' },
      take: limit,
    }),
  counts: async (groupIds) => {
    const rows = await db.groupBan.groupBy({
      by: ['groupId'],
      where: { groupId: { in: [...groupIds] } },
      _count: true,
    });
    return rows.map(({ groupId, _count }) => ({ parentId: groupId, count: _count }));
  },
  put: async ({ groupId, userId, ...ban }) => {
    await db.groupBan.deleteMany({ where: { groupId, userId } });
    await db.groupBan.create({ data: { ...ban, groupId, userId } });
  },
  lift: async (groupId, userId) => {
    await db.groupBan.deleteMany({ where: { groupId, userId } });
  },
  remove: async (id) => {
    await db.groupBan.deleteMany({ where: { id } });
  },
  pages: (groupIds, { from, limit }) => db.$queryRaw`
    SELECT page.* FROM unnest(${[...groupIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
      SELECT b.id, b.group_id AS "groupId", b.user_id AS "userId", b.banned_by AS "bannedBy",
        b.reason, b.created_at AS "createdAt", b.until
      FROM group_ban b
      WHERE b.group_id = parent.id AND b.id < ${from ?? '~'}
      ORDER BY b.id DESC LIMIT ${limit}
    ) page`,
});
