import { exactMinor } from '@souk/runtime/domain';
import type { DiscountCode as DiscountRow } from '../__generated__/prisma/client.ts';
import type { DiscountCode } from '../domain/checkout/discount.ts';
import type { Db } from './client.ts';

/** Codes that make orders cheaper. */
export interface DiscountStore {
  findMany(codes: readonly string[]): Promise<DiscountCode[]>;
  /** False when there is such a code already. */
  insert(discount: DiscountCode, created: { by: string; at: Date }): Promise<boolean>;
  /**
   * Uses a code for an order. False when it was used up, or used by this buyer, by an order that came in
   * between: the row of the code is locked, so of two at once one is the last.
   */
  use(use: { code: string; orderId: string; buyer: string; amountMinor: number }): Promise<boolean>;
  /** Gives back the codes of an order that came to nothing. */
  giveBack(orderId: string): Promise<void>;
}

export const createDiscountStore = (db: Db): DiscountStore => ({
  findMany: async (codes) =>
    (await db.discountCode.findMany({ where: { code: { in: [...codes] } } })).map(discountOfRow),
  insert: async (discount, { by, at }) => {
    const { count } = await db.discountCode.createMany({
      data: [{ ...discount, createdBy: by, createdAt: at }],
      skipDuplicates: true,
    });
    return count === 1;
  },
  use: async (use) => {
    const counted = await db.$executeRaw`
      UPDATE discount_code SET used = used + 1
      WHERE code = ${use.code} AND (uses IS NULL OR used < uses)`;
    if (counted === 0) return false;
    const { count } = await db.discountUse.createMany({ data: [use], skipDuplicates: true });
    return count === 1;
  },
  giveBack: async (orderId) => {
    await db.$executeRaw`
      WITH gone AS (DELETE FROM discount_use WHERE order_id = ${orderId} RETURNING code)
      UPDATE discount_code SET used = used - 1 WHERE code IN (SELECT code FROM gone)`;
  },
});

const discountOfRow = (row: DiscountRow): DiscountCode => ({
  code: row.code,
  basisPoints: row.basisPoints,
  amountMinor: row.amountMinor === null ? null : exactMinor(row.amountMinor),
  currency: row.currency,
  minimumMinor: exactMinor(row.minimumMinor),
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  uses: row.uses,
  used: row.used,
});
