import type { Page } from '@souk/runtime/graphql';
import type { GroupBan } from '../domain/ban.ts';
import type { Db } from './client.ts';

/** Who has to stay out of which group; changes belong under the group's lock. */
export interface BanStore {
  find(groupId: string, userId: string): Promise<GroupBan | null>;
  findMany(ids: readonly string[]): Promise<GroupBan[]>;
  /** In place of one that is there already. */
  put(ban: GroupBan): Promise<void>;
  lift(groupId: string, userId: string): Promise<void>;
  /** That one alone, and none that has come in its place. */
  remove(id: string): Promise<void>;
  /** The newest first, one more than wanted if there are more; also those whose time is over. */
  page(groupId: string, page: Page<string>): Promise<GroupBan[]>;
}

export const createBanStore = ({ groupBan }: Db): BanStore => ({
  find: (groupId, userId) =>
    groupBan.findUnique({ where: { groupId_userId: { groupId, userId } } }),
  findMany: (ids) => groupBan.findMany({ where: { id: { in: [...ids] } } }),
  put: async ({ groupId, userId, ...ban }) => {
    await groupBan.deleteMany({ where: { groupId, userId } });
    await groupBan.create({ data: { ...ban, groupId, userId } });
  },
  lift: async (groupId, userId) => {
    await groupBan.deleteMany({ where: { groupId, userId } });
  },
  remove: async (id) => {
    await groupBan.deleteMany({ where: { id } });
  },
  page: (groupId, { limit, from }) =>
    groupBan.findMany({
      where: { groupId, ...(from === null ? {} : { id: { lt: from } }) },
      orderBy: { id: 'desc' },
      take: limit + 1,
    }),
});
