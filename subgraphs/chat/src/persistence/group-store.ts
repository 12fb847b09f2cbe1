import { type GroupRole, MAY_MODERATE_TALK, roleHeld } from '../domain/group-rights.ts';
import type { Db } from './client.ts';

/** What chat knows of a group; of its name and the like nothing, as groups answers for those. */
export interface KnownGroup {
  id: string;
  visibility: string;
}

/** One change of a membership; `role` is null when it ended. */
export interface MembershipChange {
  groupId: string;
  userId: string;
  role: GroupRole | null;
  /** Place of the event in the group's stream. */
  sequence: number;
}

export interface GroupStore {
  /** `sequence` is the event's place in the group's stream: what is known from later stays. */
  describe(group: KnownGroup & { sequence: number }): Promise<void>;
  find(id: string): Promise<KnownGroup | null>;
  roleOf(groupId: string, userId: string): Promise<GroupRole | null>;
  memberIds(groupId: string): Promise<string[]>;
  /** So many at most who keep order in a group. */
  keepersOf(groupId: string, limit: number): Promise<string[]>;
  /**
   * False when a later change of this membership is known already; then nothing changes. The same
   * change may be applied again: its event is handled in parts.
   */
  apply(change: MembershipChange): Promise<boolean>;
  /**
   * Until the transaction ends nobody else changes who is in the group or which rooms it has:
   * otherwise a new member and a new room could miss each other.
   */
  lock(groupId: string): Promise<void>;
}

export const createGroupStore = (db: Db): GroupStore => ({
  describe: async ({ id, visibility, sequence }) => {
    await db.$executeRaw`
      INSERT INTO known_group (id, visibility, sequence)
      VALUES (${id}, ${visibility}, ${sequence}::bigint)
      ON CONFLICT (id) DO UPDATE
        SET visibility = excluded.visibility, sequence = excluded.sequence
      WHERE known_group.sequence < excluded.sequence`;
  },
  find: (id) =>
    db.knownGroup.findUnique({
      where: { id },
      select: { id: true, visibility: true },
    }),
  roleOf: async (groupId, userId) => {
    const membership = await db.groupMembership.findUnique({
      where: { groupId_userId: { groupId, userId } },
    });
    const held = membership?.role ?? null;
    return held === null ? null : roleHeld(held);
  },
  memberIds: async (groupId) => {
    const members = await db.groupMembership.findMany({
      where: { groupId, role: { not: null } },
      select: { userId: true },
      orderBy: { userId: 'asc' },
    });
    return members.map(({ userId }) => userId);
  },
  keepersOf: async (groupId, limit) => {
    const keepers = await db.groupMembership.findMany({
      where: { groupId, role: { in: [...MAY_MODERATE_TALK] } },
      select: { userId: true },
      orderBy: { userId: 'asc' },
      take: limit,
    });
    return keepers.map(({ userId }) => userId);
  },
  apply: async ({ groupId, userId, role, sequence }) => {
    const applied = await db.$executeRaw`
      INSERT INTO group_membership (group_id, user_id, role, sequence)
      VALUES (${groupId}, ${userId}, ${role}, ${sequence}::bigint)
      ON CONFLICT (group_id, user_id) DO UPDATE SET role = excluded.role, sequence = excluded.sequence
      WHERE group_membership.sequence <= excluded.sequence`;
    return applied === 1;
  },
  lock: async (groupId) => {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`group:${groupId}`}, 0))`;
  },
});
