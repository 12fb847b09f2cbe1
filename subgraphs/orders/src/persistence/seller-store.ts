import type { PayloadOf } from '@souk/runtime/events';
import type { Commission } from '../domain/selling/commission.ts';
import type { Seller } from '../domain/selling/seller.ts';
import type { Db } from './client.ts';

type SellerNews = Omit<PayloadOf<'products.SellerCreated'>, 'version'>;

/** Our copy of sellers. News older than the copy change nothing. */
export interface SellerStore {
  findMany(ids: readonly string[]): Promise<Seller[]>;
  /** The sellers that people work for, besides those that they are by themselves. */
  membershipsOf(userIds: readonly string[]): Promise<{ userId: string; sellerId: string }[]>;
  apply(news: SellerNews, sequence: number): Promise<void>;
}

export const createSellerStore = (db: Db): SellerStore => ({
  findMany: async (ids) => {
    const rows = await db.seller.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(({ sequence: _, ...row }) => ({
      ...row,
      status: row.status as Seller['status'],
      commissions: row.commissions as unknown as Commission[],
    }));
  },
  membershipsOf: (userIds) =>
    db.sellerMember.findMany({
      where: { userId: { in: [...userIds] } },
      select: { userId: true, sellerId: true },
    }),
  apply: async ({ sellerId, displayName, status, commissions, members }, sequence) => {
    const isNews = await db.$executeRaw`
      INSERT INTO seller (id, display_name, status, commissions, sequence)
      VALUES (${sellerId}, ${displayName}, ${status}, ${JSON.stringify(commissions)}::jsonb,
        ${sequence}::bigint)
      ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name,
        status = excluded.status, commissions = excluded.commissions, sequence = excluded.sequence
      WHERE seller.sequence < excluded.sequence`;
    if (isNews === 0) return;
    await db.sellerMember.deleteMany({ where: { sellerId } });
    await db.sellerMember.createMany({
      data: members.map(({ userId, role }) => ({ sellerId, userId, role })),
    });
  },
});
