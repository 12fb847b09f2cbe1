import type { Db } from './client.ts';

export interface SellerStaff {
  sellerId: string;
  memberIds: readonly string[];
  sequence: number;
}

/** Our copy of who works for which seller. */
export interface SellerStaffStore {
  /** Does nothing when something newer is known already. */
  keep(staff: SellerStaff): Promise<void>;
  membersOf(sellerId: string): Promise<readonly string[]>;
}

export const createSellerStaffStore = (db: Db): SellerStaffStore => ({
  keep: async ({ sellerId, memberIds, sequence }) => {
    await db.$executeRaw`
      INSERT INTO seller_staff (seller_id, member_ids, sequence)
      VALUES (${sellerId}, ${[...memberIds]}::text[], ${sequence}::bigint)
      ON CONFLICT (seller_id) DO UPDATE SET member_ids = excluded.member_ids,
        sequence = excluded.sequence
      WHERE seller_staff.sequence < excluded.sequence`;
  },
  membersOf: async (sellerId) =>
    (await db.sellerStaff.findUnique({ where: { sellerId }, select: { memberIds: true } }))
      ?.memberIds ?? [],
});
