import type { Membership as MembershipRow } from '../__generated__/prisma/client.ts';
import type { Membership } from '../domain/membership.ts';
import type { Mute } from '../domain/mute.ts';
import { type GroupRole, heldAs, ROLES, roleHeld } from '../domain/roles.ts';
import type { Db } from './client.ts';

/** A person's membership of a group, for decisions; changes require the group's lock. */
export interface MembershipStore {
  find(groupId: string, userId: string): Promise<Membership | null>;
  findMany(ids: readonly string[]): Promise<Membership[]>;
  /** The person's memberships of these groups. */
  findManyOf(userId: string, groupIds: readonly string[]): Promise<Membership[]>;
  countOwners(groupId: string): Promise<number>;
  /** For each group, the owner who has been in it longest. */
  firstOwners(groupIds: readonly string[]): Promise<{ groupId: string; userId: string }[]>;
  put(member: Omit<Membership, 'mute'>): Promise<void>;
  setRole(id: string, role: GroupRole): Promise<void>;
  setMute(id: string, mute: Mute | null): Promise<void>;
  /** Keeps the mute of a person who leaves, for when they come back. */
  keepMute(groupId: string, userId: string, mute: Mute): Promise<void>;
  /** Removes and returns what was kept of them; null for nothing. */
  takeKeptMute(groupId: string, userId: string): Promise<Mute | null>;
  /** Members whose mute had expired at this time and who have not been told. */
  mutedUntil(now: Date, limit: number): Promise<Membership[]>;
  /** Those of these people who are in the group. */
  findManyIn(groupId: string, userIds: readonly string[]): Promise<Membership[]>;
  /** Those with one of these roles, in the order of the people's ids, after a position. */
  withRoles(
    groupId: string,
    roles: readonly GroupRole[],
    page: { after: string | null; limit: number },
  ): Promise<Membership[]>;
  /** The owner after this member is gone: the longest-standing of the highest role. */
  nextOwner(groupId: string, leaving: string): Promise<Membership | null>;
  /** The person's next membership, by the groups' ids. */
  nextOf(userId: string, after: string | null): Promise<Membership | null>;
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
    setMute: async (id, mute) => {
      await membership.update({
        where: { id },
        data: {
          mutedAt: mute?.since ?? null,
          mutedUntil: mute?.until ?? null,
          muteReason: mute?.reason ?? null,
        },
      });
    },
    keepMute: async (groupId, userId, mute) => {
      await db.formerMute.upsert({
        where: { groupId_userId: { groupId, userId } },
        create: { groupId, userId, ...mute },
        update: mute,
      });
    },
    takeKeptMute: async (groupId, userId) => {
      const where = { groupId_userId: { groupId, userId } };
      const kept = await db.formerMute.findUnique({ where });
      if (!kept) return null;
      await db.formerMute.delete({ where });
      return { since: kept.since, until: kept.until, reason: kept.reason };
    },
    mutedUntil: async (now, limit) => {
      const rows = await membership.findMany({
        where: { mutedUntil: { lte: now }, mutedAt: { not: null } },
        orderBy: { mutedUntil: 'asc' },
        take: limit,
      });
      return rows.map(membershipOfRow);
    },
    findManyIn: async (groupId, userIds) => {
      const rows = await membership.findMany({ where: { groupId, userId: { in: [...userIds] } } });
      return rows.map(membershipOfRow);
    },
    withRoles: async (groupId, roles, { after, limit }) => {
      const rows = await membership.findMany({
        where: {
          groupId,
          role: { in: heldAs(roles) },
          ...(after === null ? {} : { userId: { gt: after } }),
        },
        orderBy: { userId: 'asc' },
        take: limit,
      });
      return rows.map(membershipOfRow);
    },
    nextOwner: async (groupId, leaving) => {
      for (const role of ROLES) {
        const row = await membership.findFirst({
          where: { groupId, role: { in: heldAs([role]) }, id: { not: leaving } },
          orderBy: { id: 'asc' },
        });
        if (row) return membershipOfRow(row);
      }
      return null;
    },
    nextOf: async (userId, after) => {
      const row = await membership.findFirst({
        where: { userId, ...(after === null ? {} : { groupId: { gt: after } }) },
        orderBy: { groupId: 'asc' },
      });
      return row && membershipOfRow(row);
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
  mute: row.mutedAt && { since: row.mutedAt, until: row.mutedUntil, reason: row.muteReason },
});
