import { lockByName } from '@souk/runtime/persistence';
import {
  type GroupMute,
  type GroupRole,
  MAY_MODERATE_TALK,
  roleHeld,
} from '../domain/group-rights.ts';
import type { Db } from './client.ts';

/** What chat knows of a group; its name and the like are answered by groups. */
export interface KnownGroup {
  id: string;
  visibility: string;
  archived: boolean;
}

/** What somebody is in a group, as far as chat is concerned. */
export interface GroupStanding {
  /** Null for people who are not members. */
  role: GroupRole | null;
  mute: GroupMute | null;
}

/** One change of a membership; `role` is null when it ended. */
export interface MembershipChange {
  groupId: string;
  userId: string;
  role: GroupRole | null;
  /** Place of the event in the group's stream. */
  sequence: number;
}

/** A member was muted, or may speak again. */
export interface MuteChange {
  groupId: string;
  userId: string;
  mute: GroupMute | null;
  /** Place of the event in the group's stream. */
  sequence: number;
}

export interface GroupStore {
  /** `sequence` is the event's place in the group's stream: later knowledge is kept. */
  describe(group: Omit<KnownGroup, 'archived'> & { sequence: number }): Promise<void>;
  /** Permanent: no later event reverses it. */
  archive(id: string): Promise<void>;
  find(id: string): Promise<KnownGroup | null>;
  roleOf(groupId: string, userId: string): Promise<GroupRole | null>;
  /** What somebody is in the group; decisions based on it hold until the transaction ends. */
  standingOf(groupId: string, userId: string): Promise<GroupStanding>;
  /** False when this, or something newer, is already known. */
  applyMute(change: MuteChange): Promise<boolean>;
  memberIds(groupId: string): Promise<string[]>;
  /** At most this many moderators of a group. */
  moderatorsOf(groupId: string, limit: number): Promise<string[]>;
  /**
   * False when a later change of this membership is already known; then nothing changes. The same change may
   * be applied again, since its event is handled in parts.
   */
  apply(change: MembershipChange): Promise<boolean>;
  /**
   * Until the transaction ends nobody else changes the members or rooms of the group: otherwise a new member
   * and a new room could miss each other.
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
      select: { id: true, visibility: true, archived: true },
    }),
  roleOf: async (groupId, userId) => {
    const membership = await db.groupMembership.findUnique({
      where: { groupId_userId: { groupId, userId } },
    });
    const held = membership?.role ?? null;
    return held === null ? null : roleHeld(held);
  },
  archive: async (id) => {
    // For a group whose event has not come yet, the rest comes later.
    await db.$executeRaw`
      INSERT INTO known_group (id, visibility, archived) VALUES (${id}, 'PRIVATE', true)
      ON CONFLICT (id) DO UPDATE SET archived = true`;
  },
  standingOf: async (groupId, userId) => {
    const [row] = await db.$queryRaw<StandingRow[]>`
      SELECT role, muted, muted_until AS "mutedUntil" FROM group_membership
      WHERE group_id = ${groupId} AND user_id = ${userId} FOR SHARE`;
    return {
      role: row?.role == null ? null : roleHeld(row.role),
      mute: row?.muted ? { until: row.mutedUntil } : null,
    };
  },
  applyMute: async ({ groupId, userId, mute, sequence }) => {
    // This may come before the news that they joined, which leaves it as it is.
    const applied = await db.$executeRaw`
      INSERT INTO group_membership (group_id, user_id, role, sequence, muted, muted_until, mute_sequence)
      VALUES (${groupId}, ${userId}, NULL, 0, ${mute !== null}, ${mute?.until ?? null}::timestamptz, ${sequence}::bigint)
      ON CONFLICT (group_id, user_id) DO UPDATE SET muted = excluded.muted,
        muted_until = excluded.muted_until, mute_sequence = excluded.mute_sequence
      WHERE group_membership.mute_sequence < excluded.mute_sequence`;
    return applied === 1;
  },
  memberIds: async (groupId) => {
    const members = await db.groupMembership.findMany({
      where: { groupId, role: { not: null } },
      select: { userId: true },
      orderBy: { userId: 'asc' },
    });
    return members.map(({ userId }) => userId);
  },
  moderatorsOf: async (groupId, limit) => {
    const moderators = await db.groupMembership.findMany({
      where: { groupId, role: { in: [...MAY_MODERATE_TALK] } },
      select: { userId: true },
      orderBy: { userId: 'asc' },
      take: limit,
    });
    return moderators.map(({ userId }) => userId);
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
    await lockByName(db, `group:${groupId}`);
  },
});

interface StandingRow {
  role: string | null;
  muted: boolean;
  mutedUntil: Date | null;
}
