import type { Db } from './client.ts';

export interface StoredGuestAccess {
  orderId: string;
  /** Which token of the order it is. */
  generation: number;
  /** Of the token. */
  digest: string;
  expiresAt: Date;
}

/** Guests' rights to read their orders: of each token only a digest is kept. */
export interface GuestAccessStore {
  insert(access: StoredGuestAccess & { createdAt: Date }): Promise<void>;
  /**
   * Ends every right to an order, and gives the generation of the next. The number is the order's own, so one
   * that was ended never comes again; its row is locked, so of two at once each has another.
   */
  renew(orderId: string): Promise<number>;
  /** The right to an order as it was given last; null where none was. */
  findOf(orderId: string): Promise<StoredGuestAccess | null>;
  /** The order that a token is for, as long as it is good. */
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
