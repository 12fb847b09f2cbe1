import type { Membership as MembershipRow } from '../__generated__/prisma/client.ts';
import type { Membership } from '../domain/membership.ts';
import { type GroupRole, roleHeld } from '../domain/roles.ts';
import type { Db } from './client.ts';

/** One person's membership of a group, for decisions; changes belong under the group's lock. */
export interface MembershipStore {
  find(groupId: string, userId: string): Promise<Membership | null>;
  findMany(ids: readonly string[]): Promise<Membership[]>;
  /** The person's memberships of these groups. */
  findManyOf(userId: string, groupIds: readonly string[]): Promise<Membership[]>;
  countOwners(groupId: string): Promise<number>;
  /** Of each group, the owner who has been in it longest. */
  firstOwners(groupIds: readonly string[]): Promise<{ groupId: string; userId: string }[]>;
  put(member: Membership): Promise<void>;
  setRole(id: string, role: GroupRole): Promise<void>;
  remove(id: string): Promise<void>;
}

export const createMembershipStore = (db: Db): MembershipStore => {
  const { membership } = db;
  return {
    find: async (groupId, userId) => {
      const row = await membership.findUnique({
        where: { groupId_userId: { groupId, userId } },
      });
      return row ? membershipOfRow(row) : null;
    },
    findMany: async (ids) => {
      const rows = await membership.findMany({ where: { id: { in: [...ids] } } });
      return rows.map(membershipOfRow);
    },
    findManyOf: async (userId, groupIds) => {
      const rows = await membership.findMany({
        where: { userId, groupId: { in: [...groupIds] } },
      });
      return rows.map(membershipOfRow);
    },
    countOwners: (groupId) => membership.count({ where: { groupId, role: 'OWNER' } }),
    firstOwners: (groupIds) => db.$queryRaw`
      SELECT wanted.id AS "groupId", first.user_id AS "userId"
      FROM unnest(${[...groupIds]}::text[]) AS wanted (id)
      CROSS JOIN LATERAL (
        SELECT m.user_id FROM membership m
        WHERE m.group_id = wanted.id AND m.role = 'OWNER'
        ORDER BY m.id LIMIT 1
      ) first`,
    put: async (member) => {
      await membership.create({ data: member });
    },
    setRole: async (id, role) => {
      await membership.update({ where: { id }, data: { role } });
    },
    remove: async (id) => {
      await membership.delete({ where: { id } });
    },
  };
};

export const membershipOfRow = (row: MembershipRow): Membership => ({
  id: row.id,
  groupId: row.groupId,
  userId: row.userId,
  role: roleHeld(row.role),
  joinedAt: row.joinedAt,
});
