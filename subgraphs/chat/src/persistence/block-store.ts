import type { Page } from '@souk/runtime/graphql';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';

/** Whom somebody does not want to hear from. */
export interface Block {
  blockerId: string;
  blockedId: string;
  blockedAt: Date;
}

/** The position of a block in its list: when it was made (ISO time), then the blocked person. */
export type BlockPosition = [at: string, blockedId: string];

export interface BlockStore {
  /** False when it exists already. */
  set(block: Block): Promise<boolean>;
  /** False when there is none. */
  lift(blockerId: string, blockedId: string): Promise<boolean>;
  /** Those among others whom this person blocks. */
  blockedBy(userId: string, others: readonly string[]): Promise<string[]>;
  /** Those among others who block this person. */
  blocking(userId: string, others: readonly string[]): Promise<string[]>;
  /** Newest first, with one more than wanted if there are more. */
  of(blockerId: string, page: Page<BlockPosition>): Promise<Block[]>;
  find(blockerId: string, blockedId: string): Promise<Block | null>;
}

export const createBlockStore = (db: Db): BlockStore => ({
  set: async (block) => {
    const { count } = await db.blockedUser.createMany({ data: [block], skipDuplicates: true });
    return count === 1;
  },
  lift: async (blockerId, blockedId) => {
    const { count } = await db.blockedUser.deleteMany({ where: { blockerId, blockedId } });
    return count === 1;
  },
  blockedBy: async (blockerId, others) => {
    const rows = await db.blockedUser.findMany({
      where: { blockerId, blockedId: { in: [...others] } },
      select: { blockedId: true },
    });
    return rows.map(({ blockedId }) => blockedId);
  },
  blocking: async (blockedId, others) => {
    const rows = await db.blockedUser.findMany({
      where: { blockedId, blockerId: { in: [...others] } },
      select: { blockerId: true },
    });
    return rows.map(({ blockerId }) => blockerId);
  },
  of: (blockerId, { from, limit }) => {
    const further = from
      ? Prisma.sql`AND (blocked_at, blocked_id) < (${from[0]}::timestamptz, ${from[1]})`
      : Prisma.empty;
    return db.$queryRaw`
      SELECT blocker_id AS "blockerId", blocked_id AS "blockedId", blocked_at AS "blockedAt"
      FROM blocked_user WHERE blocker_id = ${blockerId} ${further}
      ORDER BY blocked_at DESC, blocked_id DESC LIMIT ${limit + 1}`;
  },
  find: (blockerId, blockedId) =>
    db.blockedUser.findUnique({ where: { blockerId_blockedId: { blockerId, blockedId } } }),
});
