import { announceLocks } from '@souk/runtime/persistence';
import type { Staff } from '../domain/seller-staff.ts';
import type { Db } from './client.ts';

export interface SellerStaff extends Staff {
  sellerId: string;
  /** Whether it may sell. */
  maySell: boolean;
  sequence: number;
}

/** Our copy of who works for which seller, and whether it sells. */
export interface SellerStaffStore {
  /** Resolves to who worked for it before; null for nobody, and if something newer is known already. */
  keep(staff: SellerStaff): Promise<Staff | null>;
  membersOf(sellerId: string): Promise<readonly string[]>;
  /** The staff of each of these sellers that we have heard of. */
  findMany(
    sellerIds: readonly string[],
  ): Promise<Pick<SellerStaff, 'sellerId' | 'memberIds' | 'managerIds'>[]>;
  /** The people who may see its money and its webhooks. */
  managersOf(sellerId: string): Promise<readonly string[]>;
  /** Whether something newer is known of it than what happened at this place in its stream. */
  isOlder(sellerId: string, sequence: number): Promise<boolean>;
  /** True for a seller that we have not heard of. */
  maySell(sellerId: string): Promise<boolean>;
}

export const createSellerStaffStore = (db: Db): SellerStaffStore => ({
  keep: async ({ sellerId, memberIds, managerIds, maySell, sequence }) => {
    announceLocks(db, sellerId);
    const [before] = await db.$queryRaw<Staff[]>`
      WITH before AS MATERIALIZED (
        SELECT member_ids, manager_ids FROM seller_staff WHERE seller_id = ${sellerId} FOR UPDATE
      ), kept AS (
      INSERT INTO seller_staff (seller_id, member_ids, manager_ids, may_sell, sequence)
      SELECT ${sellerId}, ${[...memberIds]}::text[], ${[...managerIds]}::text[], ${maySell},
        ${sequence}::bigint FROM (SELECT count(*) FROM before) locked
      ON CONFLICT (seller_id) DO UPDATE SET member_ids = excluded.member_ids,
        manager_ids = excluded.manager_ids, may_sell = excluded.may_sell, sequence = excluded.sequence
      WHERE seller_staff.sequence < excluded.sequence
      RETURNING 1)
      SELECT before.member_ids AS "memberIds", before.manager_ids AS "managerIds" FROM before, kept`;
    return before ?? null;
  },
  findMany: (sellerIds) =>
    db.sellerStaff.findMany({
      where: { sellerId: { in: [...sellerIds] } },
      select: { sellerId: true, memberIds: true, managerIds: true },
    }),
  membersOf: async (sellerId) =>
    (await db.sellerStaff.findUnique({ where: { sellerId }, select: { memberIds: true } }))
      ?.memberIds ?? [],
  managersOf: async (sellerId) =>
    (await db.sellerStaff.findUnique({ where: { sellerId }, select: { managerIds: true } }))
      ?.managerIds ?? [],
  isOlder: async (sellerId, sequence) =>
    (await db.sellerStaff.count({ where: { sellerId, sequence: { gt: sequence } } })) > 0,
  maySell: async (sellerId) =>
    (await db.sellerStaff.findUnique({ where: { sellerId }, select: { maySell: true } }))
      ?.maySell ?? true,
});
