import type { Db } from './client.ts';

/** A person blocks or unblocks another. */
export interface PersonBlock {
  userId: string;
  blockedUserId: string;
  blocked: boolean;
  sequence: number;
}

/** Our copy of whom people have blocked. */
export interface BlockStore {
  /** Does nothing if something newer is known already. */
  keep(block: PersonBlock): Promise<void>;
  /** The people among these whom somebody has blocked. */
  blockedBy(userId: string, among: readonly string[]): Promise<Set<string>>;
  /** The people among these who have blocked somebody. */
  blockersOf(blockedUserId: string, among: readonly string[]): Promise<Set<string>>;
}

export const createBlockStore = (db: Db): BlockStore => ({
  keep: async ({ userId, blockedUserId, blocked, sequence }) => {
    await db.$executeRaw`
      INSERT INTO person_block AS b (user_id, blocked_user_id, blocked, sequence)
      VALUES (${userId}, ${blockedUserId}, ${blocked}, ${sequence}::bigint)
      ON CONFLICT (user_id, blocked_user_id) DO UPDATE SET blocked = excluded.blocked,
        sequence = excluded.sequence
      WHERE b.sequence < excluded.sequence`;
  },
  blockersOf: async (blockedUserId, among) => {
    const rows = await db.personBlock.findMany({
      where: { blockedUserId, userId: { in: [...among] }, blocked: true },
      select: { userId: true },
    });
    return new Set(rows.map(({ userId }) => userId));
  },
  blockedBy: async (userId, among) => {
    const rows = await db.personBlock.findMany({
      where: { userId, blockedUserId: { in: [...among] }, blocked: true },
      select: { blockedUserId: true },
    });
    return new Set(rows.map(({ blockedUserId }) => blockedUserId));
  },
});
