import { announceLocks } from '@souk/runtime/persistence';
import type { KnownSeller } from '../domain/seller-help.ts';
import type { Db } from './client.ts';

/** Our copy of sellers and who answers their customers, and of the parts of orders that they have. */
export interface KnownSellerStore {
  find(id: string): Promise<KnownSeller | null>;
  /**
   * What an event tells of a seller; what is known from later stays. Nobody begins to help for it meanwhile. Resolves
   * to who answered for it before and does so no more.
   */
  keep(seller: KnownSeller, sequence: number): Promise<string[]>;
  /** Those of these people who do not answer for it; nobody begins to until the transaction ends. */
  notHelping(id: string, userIds: readonly string[]): Promise<string[]>;
  /** Whether somebody answers for it; that stays so until the transaction ends. */
  helps(id: string, userId: string): Promise<boolean>;
  /** Those of these for which somebody answers. */
  helpedBy(userId: string, ids: readonly string[]): Promise<{ id: string }[]>;
  rememberPart(part: { id: string; buyerId: string; sellerId: string }): Promise<void>;
  findPart(id: string): Promise<{ buyerId: string; sellerId: string } | null>;
}

export const createKnownSellerStore = (db: Db): KnownSellerStore => {
  const helpersLocked = async (id: string): Promise<string[]> => {
    announceLocks(db, id);
    const [row] = await db.$queryRaw<{ helperIds: string[] }[]>`
      SELECT helper_ids AS "helperIds" FROM known_seller WHERE id = ${id} FOR NO KEY UPDATE`;
    return row?.helperIds ?? [];
  };
  return {
    find: async (id) => {
      const row = await db.knownSeller.findUnique({ where: { id }, omit: { sequence: true } });
      return row && { ...row, status: row.status as KnownSeller['status'] };
    },
    keep: async ({ id, status, helperIds }, sequence) => {
      const before = await helpersLocked(id);
      const kept = await db.$executeRaw`
        INSERT INTO known_seller (id, status, helper_ids, sequence)
        VALUES (${id}, ${status}, ${[...helperIds]}::text[], ${sequence}::bigint)
        ON CONFLICT (id) DO UPDATE SET status = excluded.status, helper_ids = excluded.helper_ids,
          sequence = excluded.sequence
        WHERE known_seller.sequence < excluded.sequence`;
      return kept === 0 ? [] : before.filter((userId) => !helperIds.includes(userId));
    },
    notHelping: async (id, userIds) => {
      const helping = await helpersLocked(id);
      return userIds.filter((userId) => !helping.includes(userId));
    },
    helps: async (id, userId) => {
      const rows = await db.$queryRaw<unknown[]>`
        SELECT 1 FROM known_seller WHERE id = ${id} AND ${userId} = ANY(helper_ids) FOR SHARE`;
      return rows.length > 0;
    },
    helpedBy: (userId, ids) =>
      db.knownSeller.findMany({
        where: { id: { in: [...ids] }, helperIds: { has: userId } },
        select: { id: true },
      }),
    rememberPart: async (part) => {
      await db.knownSellerOrder.createMany({ data: [part], skipDuplicates: true });
    },
    findPart: (id) =>
      db.knownSellerOrder.findUnique({ where: { id }, select: { buyerId: true, sellerId: true } }),
  };
};
