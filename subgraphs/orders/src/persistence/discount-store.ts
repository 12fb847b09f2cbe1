import { storedMinor } from '@souk/runtime/domain';
import { announceLocks } from '@souk/runtime/persistence';
import type { DiscountCode as DiscountRow } from '../__generated__/prisma/client.ts';
import { type DiscountCode, USED_BEFORE, USED_UP } from '../domain/checkout/discount.ts';
import type { Db } from './client.ts';

/** Codes that reduce the price of orders. */
export interface DiscountStore {
  /** As they are for an account; null for a guest, whose own uses are checked when they order. */
  findMany(codes: readonly string[], accountId: string | null): Promise<DiscountCode[]>;
  /** False when there is such a code already. */
  insert(discount: DiscountCode, created: { by: string; at: Date }): Promise<boolean>;
  /**
   * Uses a code for an order. Returns the refusal if it was used up, or used by this buyer, by an order in
   * the meantime: the row of the code is locked, so of two concurrent uses one comes second.
   */
  use(use: {
    code: string;
    orderId: string;
    buyer: string;
    amountMinor: number;
  }): Promise<string | null>;
  /** Releases the codes of an order that was not completed. */
  giveBack(orderId: string): Promise<void>;
}

export const createDiscountStore = (db: Db): DiscountStore => ({
  findMany: async (codes, accountId) => {
    const buyer = accountId ?? '';
    const rows = await db.discountCode.findMany({
      where: { code: { in: [...codes] } },
      include: { orders: { where: { buyer }, take: 1, select: { buyer: true } } },
    });
    return rows.map(discountOfRow);
  },
  insert: async ({ isUsedByBuyer: _, ...discount }, { by, at }) => {
    const { count } = await db.discountCode.createMany({
      data: [{ ...discount, createdBy: by, createdAt: at }],
      skipDuplicates: true,
    });
    return count === 1;
  },
  use: async (use) => {
    announceLocks(db, `discount:${use.code}`);
    const counted = await db.$executeRaw`
      UPDATE discount_code SET used = used + 1
      WHERE code = ${use.code} AND (uses IS NULL OR used < uses)`;
    if (counted === 0) return USED_UP;
    const { count } = await db.discountUse.createMany({ data: [use], skipDuplicates: true });
    return count === 1 ? null : USED_BEFORE;
  },
  giveBack: async (orderId) => {
    const used = await db.$queryRaw<{ code: string }[]>`
      DELETE FROM discount_use WHERE order_id = ${orderId} RETURNING code`;
    // One by one in the order in which orders use them, so that two transactions never wait for each other.
    for (const code of used.map((use) => use.code).sort()) {
      announceLocks(db, `discount:${code}`);
      await db.$executeRaw`UPDATE discount_code SET used = used - 1 WHERE code = ${code}`;
    }
  },
});

const discountOfRow = (row: DiscountRow & { orders: readonly unknown[] }): DiscountCode => ({
  code: row.code,
  basisPoints: row.basisPoints,
  amountMinor: row.amountMinor === null ? null : storedMinor(row.amountMinor),
  currency: row.currency,
  minimumMinor: storedMinor(row.minimumMinor),
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  uses: row.uses,
  used: row.used,
  isUsedByBuyer: row.orders.length > 0,
});
