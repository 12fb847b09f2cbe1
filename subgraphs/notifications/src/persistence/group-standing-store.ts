import type { Db } from './client.ts';

export interface GroupStanding {
  userId: string;
  groupId: string;
  /** Null for somebody who is not a member. */
  role: string | null;
  /** Place of the event in the group's stream. */
  sequence: number;
}

/** Our copy of who decides about requests and reports in groups, as far as we have heard. */
export interface GroupStandingStore {
  /** False if something newer is known already. */
  keep(standing: GroupStanding, at: Date): Promise<boolean>;
  /** The person's roles in these groups; groups that we have heard nothing of are left out. */
  rolesIn(userId: string, groupIds: readonly string[]): Promise<Map<string, string | null>>;
}

export const createGroupStandingStore = (db: Db): GroupStandingStore => ({
  keep: async ({ userId, groupId, role, sequence }, at) => {
    const kept = await db.$executeRaw`
      INSERT INTO group_standing AS s (user_id, group_id, role, sequence, changed_at)
      VALUES (${userId}, ${groupId}, ${role}, ${sequence}::bigint, ${at})
      ON CONFLICT (user_id, group_id) DO UPDATE SET role = excluded.role,
        sequence = excluded.sequence, changed_at = excluded.changed_at
      WHERE s.sequence < excluded.sequence`;
    return kept === 1;
  },
  rolesIn: async (userId, groupIds) => {
    if (groupIds.length === 0) return new Map();
    const rows = await db.groupStanding.findMany({
      where: { userId, groupId: { in: [...groupIds] } },
      select: { groupId: true, role: true },
    });
    return new Map(rows.map(({ groupId, role }) => [groupId, role]));
  },
});
