import type { OrderSnapshot } from '../domain/order-snapshot.ts';
import type { Db } from './client.ts';

/** What buyers show others of their orders. */
export interface SnapshotStore {
  findMany(ids: readonly string[]): Promise<OrderSnapshot[]>;
  insert(snapshot: OrderSnapshot): Promise<void>;
  revoke(id: string, now: Date): Promise<void>;
  /** Of an order, the newest first, older than `before`. */
  page(orderId: string, page: { before: Date | null; limit: number }): Promise<OrderSnapshot[]>;
}

export const createSnapshotStore = (db: Db): SnapshotStore => ({
  findMany: (ids) => db.orderSnapshot.findMany({ where: { id: { in: [...ids] } } }),
  insert: async (snapshot) => {
    await db.orderSnapshot.create({ data: snapshot });
  },
  revoke: async (id, revokedAt) => {
    await db.orderSnapshot.updateMany({ where: { id, revokedAt: null }, data: { revokedAt } });
  },
  page: (orderId, { before, limit }) =>
    db.orderSnapshot.findMany({
      where: { orderId, ...(before === null ? {} : { sharedAt: { lt: before } }) },
      orderBy: { sharedAt: 'desc' },
      take: limit,
    }),
});
