import { Prisma } from '../__generated__/prisma/client.ts';
import type { CartMark } from './cart-store.ts';
import type { Db } from './client.ts';

/** Which carts are being viewed, by their keys: an account's cart may be followed before it exists. */
export interface FollowedCartStore {
  /** Records that these are followed until then, or longer. */
  keep(keys: readonly string[], until: Date): Promise<void>;
  /** Followed carts that contain one of these, in the order of their keys. */
  holding(goods: Goods, page: FollowedPage): Promise<CartMark[]>;
}

/** Some variants, or all that a seller sells. */
export type Goods = { variantIds: readonly string[] } | { sellerId: string };

export interface FollowedPage {
  at: Date;
  /** The key after which the page begins. */
  after: string;
  limit: number;
}

export const createFollowedCartStore = (db: Db): FollowedCartStore => ({
  keep: async (keys, until) => {
    // In one order, so that two processes that renew the same rows do not wait for each other.
    await db.$executeRaw`
      INSERT INTO followed_cart (key, until)
      SELECT key, ${until}::timestamptz FROM unnest(${[...new Set(keys)].sort()}::text[]) AS key
      ON CONFLICT (key) DO UPDATE SET until = greatest(followed_cart.until, excluded.until)`;
  },
  holding: (goods, { at, after, limit }) =>
    db.$queryRaw<CartMark[]>`
      SELECT c.key, c.version FROM followed_cart f JOIN cart c ON c.key = f.key
      WHERE f.until > ${at}::timestamptz AND f.key > ${after} AND EXISTS (
        SELECT FROM cart_line l WHERE l.cart_id = c.id AND ${isOneOf(goods)})
      ORDER BY f.key LIMIT ${limit}::int`,
});

const isOneOf = (goods: Goods): Prisma.Sql =>
  'sellerId' in goods
    ? Prisma.sql`EXISTS (SELECT FROM priced_item i
        WHERE i.variant_id = l.variant_id AND i.seller_id = ${goods.sellerId})`
    : Prisma.sql`l.variant_id = ANY(${[...goods.variantIds]}::text[])`;
