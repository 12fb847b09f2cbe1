import type { Db } from './client.ts';

/** Guests' rights to read their orders: of each token only a digest is kept. */
export interface GuestAccessStore {
  /** One that was given before is good as long as the new one. */
  give(access: {
    digest: string;
    orderId: string;
    createdAt: Date;
    expiresAt: Date;
  }): Promise<void>;
  /** The order that a token is for, as long as it is good. */
  orderOf(digest: string, now: Date): Promise<string | null>;
  /** Until when a token is good; null for one that was never given. */
  expiryOf(digest: string): Promise<Date | null>;
}

export const createGuestAccessStore = (db: Db): GuestAccessStore => ({
  give: async (access) => {
    const { digest, expiresAt } = access;
    await db.guestAccess.upsert({ where: { digest }, create: access, update: { expiresAt } });
  },
  expiryOf: async (digest) =>
    (await db.guestAccess.findUnique({ where: { digest } }))?.expiresAt ?? null,
  orderOf: async (digest, now) => {
    const row = await db.guestAccess.findUnique({ where: { digest } });
    return row && row.expiresAt > now ? row.orderId : null;
  },
});
