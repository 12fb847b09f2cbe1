import { type PostalAddress, storedMinor } from '@souk/runtime/domain';
import { cartStream } from '@souk/runtime/events';
import { announceLocks } from '@souk/runtime/persistence';
import { type CartLine as LineRow, Prisma } from '../__generated__/prisma/client.ts';
import type { Cart, CartLine, CartNotice } from '../domain/cart/cart.ts';
import type { Db } from './client.ts';

/** A cart, and the head of its event stream at the same moment. */
export interface StoredCart extends Cart {
  headSequence: number;
}

/** Lines in the order in which they were added. */
export interface CartStore {
  findMany(ids: readonly string[]): Promise<StoredCart[]>;
  findOwn(ownerIds: readonly string[]): Promise<StoredCart[]>;
  findLines(ids: readonly string[]): Promise<CartLine[]>;
  /** Locked until the transaction ends: changes of one cart come one after the other. */
  lock(id: string): Promise<Cart | null>;
  lockOwn(ownerId: string): Promise<Cart | null>;
  /** Does nothing when its owner has a cart already. */
  insert(cart: Cart): Promise<void>;
  /** Writes a locked cart with all its lines. */
  save(cart: Cart): Promise<void>;
}

export interface CartMark {
  key: string;
  version: number;
}

interface CartRow extends Omit<Cart, 'lines'> {
  headSequence: bigint;
}

const COLUMNS = Prisma.sql`
  c.id, c.owner_id AS "ownerId", c.key, c.currency, c.email, c.shipping_address AS "shippingAddress",
  c.billing_address AS "billingAddress", c.note, c.discount_codes AS "discountCodes", c.deliveries,
  c.notices, c.merged_into AS "mergedInto", c.version, c.created_at AS "createdAt",
  c.updated_at AS "updatedAt"`;

export const createCartStore = (db: Db): CartStore => {
  const linesOf = async (cartIds: readonly string[]) => {
    const rows = await db.cartLine.findMany({
      where: { cartId: { in: [...cartIds] } },
      orderBy: [{ addedAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(lineOfRow);
  };
  const complete = async <Row extends Omit<Cart, 'lines'>>(rows: readonly Row[]) => {
    const lines = rows.length === 0 ? [] : await linesOf(rows.map(({ id }) => id));
    return rows.map((row) => ({
      ...row,
      // Those of the previous release consist of text only, which is no longer sent.
      notices: row.notices.filter((notice) => 'title' in notice),
      lines: lines.filter(({ cartId }) => cartId === row.id),
    }));
  };
  const read = async (condition: Prisma.Sql): Promise<StoredCart[]> => {
    const rows = await db.$queryRaw<CartRow[]>`
      SELECT ${COLUMNS}, coalesce(e.sequence, 0) AS "headSequence"
      FROM cart c LEFT JOIN event_stream e ON e.stream = ${cartStream.prefix}::text || c.key
      WHERE ${condition}`;
    return complete(rows.map((row) => ({ ...row, headSequence: Number(row.headSequence) })));
  };
  const lockWhere = async (key: string, condition: Prisma.Sql): Promise<Cart | null> => {
    announceLocks(db, key);
    const rows = await db.$queryRaw<Omit<Cart, 'lines'>[]>`
      SELECT ${COLUMNS} FROM cart c WHERE ${condition} FOR UPDATE`;
    return (await complete(rows))[0] ?? null;
  };
  return {
    findMany: (ids) => read(Prisma.sql`c.id = ANY(${[...ids]})`),
    findOwn: (ownerIds) => read(Prisma.sql`c.owner_id = ANY(${[...ownerIds]})`),
    findLines: async (ids) =>
      (await db.cartLine.findMany({ where: { id: { in: [...ids] } } })).map(lineOfRow),
    lock: (id) => lockWhere(id, Prisma.sql`c.id = ${id}`),
    lockOwn: (ownerId) => lockWhere(ownerId, Prisma.sql`c.owner_id = ${ownerId}`),
    insert: async ({ lines: _, ...cart }) => {
      await db.cart.createMany({ data: [dataOf(cart)], skipDuplicates: true });
    },
    save: async ({ lines, ...cart }) => {
      const { id, ...data } = dataOf(cart);
      await db.cart.update({ where: { id }, data });
      await db.cartLine.deleteMany({
        where: { cartId: id, variantId: { notIn: lines.map(({ variantId }) => variantId) } },
      });
      if (lines.length === 0) return;
      await db.$executeRaw`
        INSERT INTO cart_line (id, cart_id, variant_id, quantity, title, currency,
          unit_price_minor, added_at)
        SELECT * FROM unnest(${lines.map((line) => line.id)}::text[],
          ${lines.map(() => id)}::text[], ${lines.map((line) => line.variantId)}::text[],
          ${lines.map((line) => line.quantity)}::int[], ${lines.map((line) => line.title)}::text[],
          ${lines.map((line) => line.currency)}::text[],
          ${lines.map((line) => line.unitPriceMinor)}::bigint[],
          ${lines.map((line) => line.addedAt)}::timestamptz[])
        ON CONFLICT (cart_id, variant_id) DO UPDATE SET
          quantity = excluded.quantity, title = excluded.title, currency = excluded.currency,
          unit_price_minor = excluded.unit_price_minor`;
    },
  };
};

const jsonOf = (value: PostalAddress | null) =>
  value === null ? Prisma.DbNull : (value as unknown as Prisma.InputJsonValue);

const dataOf = (cart: Omit<Cart, 'lines'>) => ({
  id: cart.id,
  ownerId: cart.ownerId,
  key: cart.key,
  currency: cart.currency,
  email: cart.email,
  shippingAddress: jsonOf(cart.shippingAddress),
  billingAddress: jsonOf(cart.billingAddress),
  note: cart.note,
  discountCodes: [...cart.discountCodes],
  deliveries: cart.deliveries as Prisma.InputJsonValue,
  notices: cart.notices as unknown as Prisma.InputJsonValue & CartNotice[],
  mergedInto: cart.mergedInto,
  version: cart.version,
  createdAt: cart.createdAt,
  updatedAt: cart.updatedAt,
});

const lineOfRow = ({ unitPriceMinor, ...row }: LineRow): CartLine => ({
  ...row,
  unitPriceMinor: storedMinor(unitPriceMinor),
});
