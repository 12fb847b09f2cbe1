import type { Db } from './client.ts';

export interface StoredGuestAccess {
  orderId: string;
  /** Which of the order's tokens it is. */
  generation: number;
  /** Of the token. */
  digest: string;
  expiresAt: Date;
}

/** Guests' rights to read their orders: only a digest of each token is stored. */
export interface GuestAccessStore {
  insert(access: StoredGuestAccess & { createdAt: Date }): Promise<void>;
  /**
   * Ends every right to an order, and returns the generation of the next. The number is specific to the
   * order, so an ended one never comes back; its row is locked, so two concurrent calls get different ones.
   */
  renew(orderId: string): Promise<number>;
  /** The latest right to an order; null when none was given. */
  findOf(orderId: string): Promise<StoredGuestAccess | null>;
  /** The order of a token, as long as it is valid. */
  orderOf(digest: string, now: Date): Promise<string | null>;
}

export const createGuestAccessStore = (db: Db): GuestAccessStore => ({
  insert: async (access) => {
    await db.guestAccess.create({ data: access });
  },
  renew: async (orderId) => {
    const [order] = await db.$queryRaw<{ generation: number }[]>`
      UPDATE placed_order SET guest_generation = guest_generation + 1 WHERE id = ${orderId}
      RETURNING guest_generation AS generation`;
    if (!order) throw new Error(`There is no order ${orderId}.`);
    await db.guestAccess.deleteMany({ where: { orderId } });
    return order.generation;
  },
  findOf: (orderId) =>
    db.guestAccess.findFirst({ where: { orderId }, orderBy: { generation: 'desc' } }),
  orderOf: async (digest, now) => {
    const row = await db.guestAccess.findUnique({ where: { digest } });
    return row && row.expiresAt > now ? row.orderId : null;
  },
});
