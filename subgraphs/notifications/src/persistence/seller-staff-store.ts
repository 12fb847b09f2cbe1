import type { Db } from './client.ts';

export interface SellerStaff {
  sellerId: string;
  memberIds: readonly string[];
  /** Those of them who manage it. */
  managerIds: readonly string[];
  sequence: number;
}

/** Our copy of who works for which seller. */
export interface SellerStaffStore {
  /** Does nothing when something newer is known already. */
  keep(staff: SellerStaff): Promise<void>;
  membersOf(sellerId: string): Promise<readonly string[]>;
  /** Who sees its money, and its programs. */
  managersOf(sellerId: string): Promise<readonly string[]>;
}

export const createSellerStaffStore = (db: Db): SellerStaffStore => ({
  keep: async ({ sellerId, memberIds, managerIds, sequence }) => {
    await db.$executeRaw`
      INSERT INTO seller_staff (seller_id, member_ids, manager_ids, sequence)
      VALUES (${sellerId}, ${[...memberIds]}::text[], ${[...managerIds]}::text[],
        ${sequence}::bigint)
      ON CONFLICT (seller_id) DO UPDATE SET member_ids = excluded.member_ids,
        manager_ids = excluded.manager_ids, sequence = excluded.sequence
      WHERE seller_staff.sequence < excluded.sequence`;
  },
  membersOf: async (sellerId) =>
    (await db.sellerStaff.findUnique({ where: { sellerId }, select: { memberIds: true } }))
      ?.memberIds ?? [],
  managersOf: async (sellerId) =>
    (await db.sellerStaff.findUnique({ where: { sellerId }, select: { managerIds: true } }))
      ?.managerIds ?? [],
});
