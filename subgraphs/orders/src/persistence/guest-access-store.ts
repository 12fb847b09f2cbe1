import type { Db } from './client.ts';

export interface StoredGuestAccess {
  orderId: string;
  /** Which token of the order it is. */
  generation: number;
  expiresAt: Date;
}

/** Guests' rights to read their orders: of each token only a digest is kept. */
export interface GuestAccessStore {
  insert(access: StoredGuestAccess & { digest: string; createdAt: Date }): Promise<void>;
  /** Ends every right to an order; gives the newest generation that there was. */
  endAllOf(orderId: string): Promise<number>;
  /** The right to an order as it was given last; null where none was. */
  findOf(orderId: string): Promise<StoredGuestAccess | null>;
  /** The order that a token is for, as long as it is good. */
  orderOf(digest: string, now: Date): Promise<string | null>;
}

export const createGuestAccessStore = (db: Db): GuestAccessStore => ({
  insert: async (access) => {
    await db.guestAccess.create({ data: access });
  },
  endAllOf: async (orderId) => {
    const ended = await db.$queryRaw<{ generation: number }[]>`
      DELETE FROM guest_access WHERE order_id = ${orderId} RETURNING generation`;
    return Math.max(0, ...ended.map(({ generation }) => generation));
  },
  findOf: (orderId) =>
    db.guestAccess.findFirst({ where: { orderId }, orderBy: { generation: 'desc' } }),
  orderOf: async (digest, now) => {
    const row = await db.guestAccess.findUnique({ where: { digest } });
    return row && row.expiresAt > now ? row.orderId : null;
  },
});
