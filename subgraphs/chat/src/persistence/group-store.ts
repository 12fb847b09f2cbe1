import type { GroupRole } from '../domain/group-rights.ts';
import type { Db } from './client.ts';

/** What chat knows of a group. */
export interface KnownGroup {
  id: string;
  slug: string;
  name: string;
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
  add(group: KnownGroup): Promise<void>;
  find(id: string): Promise<KnownGroup | null>;
  roleOf(groupId: string, userId: string): Promise<GroupRole | null>;
  memberIds(groupId: string): Promise<string[]>;
  /** False when a later change of this membership is known already; then nothing changes. */
  apply(change: MembershipChange): Promise<boolean>;
  /**
   * Until the transaction ends nobody else changes who is in the group or which rooms it has:
   * otherwise a new member and a new room could miss each other.
   */
  lock(groupId: string): Promise<void>;
}

export const createGroupStore = (db: Db): GroupStore => ({
  add: async ({ id, slug, name, visibility }) => {
    await db.$executeRaw`
      INSERT INTO known_group (id, slug, name, visibility)
      VALUES (${id}, ${slug}, ${name}, ${visibility}) ON CONFLICT DO NOTHING`;
  },
  find: (id) =>
    db.knownGroup.findUnique({
      where: { id },
      select: { id: true, slug: true, name: true, visibility: true },
    }),
  roleOf: async (groupId, userId) => {
    const membership = await db.groupMembership.findUnique({
      where: { groupId_userId: { groupId, userId } },
    });
    return (membership?.role ?? null) as GroupRole | null;
  },
  memberIds: async (groupId) => {
    const members = await db.groupMembership.findMany({
      where: { groupId, role: { not: null } },
      select: { userId: true },
      orderBy: { userId: 'asc' },
    });
    return members.map(({ userId }) => userId);
  },
  apply: async ({ groupId, userId, role, sequence }) => {
    const applied = await db.$executeRaw`
      INSERT INTO group_membership (group_id, user_id, role, sequence)
      VALUES (${groupId}, ${userId}, ${role}, ${sequence}::bigint)
      ON CONFLICT (group_id, user_id) DO UPDATE SET role = excluded.role, sequence = excluded.sequence
      WHERE group_membership.sequence < excluded.sequence`;
    return applied === 1;
  },
  lock: async (groupId) => {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`group:${groupId}`}, 0))`;
  },
});
