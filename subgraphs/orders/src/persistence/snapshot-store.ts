import type { OrderSnapshot } from '../domain/order-snapshot.ts';
import type { Db } from './client.ts';

/** What buyers show others of their orders. */
export interface SnapshotStore {
  findMany(ids: readonly string[]): Promise<OrderSnapshot[]>;
  /** Creates what others see of a locked order, with or without prices. */
  live(orderId: string, of: { withPrices: boolean }): Promise<OrderSnapshot | null>;
  /** Deletes revoked ones of an order, except the newest. */
  forgetRevoked(orderId: string, keep: { except: number }): Promise<void>;
  insert(snapshot: OrderSnapshot): Promise<void>;
  revoke(id: string, now: Date): Promise<void>;
  /** Those of an order, newest first, older than `before`. */
  page(orderId: string, page: { before: Date | null; limit: number }): Promise<OrderSnapshot[]>;
}

export const createSnapshotStore = (db: Db): SnapshotStore => ({
  findMany: (ids) => db.orderSnapshot.findMany({ where: { id: { in: [...ids] } } }),
  live: (orderId, { withPrices }) =>
    db.orderSnapshot.findFirst({
      where: { orderId, withPrices, revokedAt: null },
      orderBy: { sharedAt: 'desc' },
    }),
  forgetRevoked: async (orderId, { except }) => {
    await db.$executeRaw`
      DELETE FROM order_snapshot WHERE id IN (
        SELECT id FROM order_snapshot WHERE order_id = ${orderId} AND revoked_at IS NOT NULL
        ORDER BY shared_at DESC OFFSET ${except}::int)`;
  },
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
