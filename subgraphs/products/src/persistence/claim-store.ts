import { announceLocks } from '@souk/runtime/persistence';
import type { FulfilledLine } from '../domain/fulfilment.ts';
import type { ClaimedLine } from '../domain/stock.ts';
import type { Db } from './client.ts';

export type ClaimState = 'RESERVED' | 'REJECTED' | 'RELEASED' | 'SOLD';

/** The results of orders' requests for stock. */
export interface ClaimStore {
  /**
   * Claims the order for this transaction; null when it is seen for the first time, otherwise its state,
   * locked. News of an order may come twice, and news of its end before news of its beginning.
   */
  open(orderId: string, state: ClaimState, now: Date): Promise<ClaimState | null>;
  settle(orderId: string, state: ClaimState, now: Date): Promise<void>;
  /** Its state, locked; null when it is unknown. */
  lock(orderId: string): Promise<ClaimState | null>;
  keepLines(orderId: string, lines: readonly ClaimedLine[]): Promise<void>;
  linesOf(orderId: string): Promise<FulfilledLine[]>;
  saveFulfilment(orderId: string, lines: readonly FulfilledLine[]): Promise<void>;
  /** In how many orders each of the products is or was reserved. */
  countOrdersOf(productIds: readonly string[]): Promise<{ productId: string; orders: number }[]>;
  /** In how many orders a variant is or was reserved. */
  countOrdersOfVariant(variantId: string): Promise<number>;
}

export const createClaimStore = (db: Db): ClaimStore => ({
  lock: (orderId) => stateOf(db, orderId),
  open: async (orderId, state, now) => {
    const opened = await db.$executeRaw`
      INSERT INTO stock_claim (order_id, state, created_at, updated_at)
      VALUES (${orderId}, ${state}, ${now}, ${now}) ON CONFLICT DO NOTHING`;
    if (opened === 1) return null;
    return stateOf(db, orderId);
  },
  settle: async (orderId, state, now) => {
    await db.stockClaim.update({ where: { orderId }, data: { state, updatedAt: now } });
  },
  keepLines: async (orderId, lines) => {
    await db.stockClaimLine.createMany({ data: lines.map((line) => ({ orderId, ...line })) });
  },
  countOrdersOf: async (productIds) => {
    const rows = await db.$queryRaw<{ productId: string; orders: bigint }[]>`
      SELECT v.product_id AS "productId", count(DISTINCT l.order_id) AS orders
      FROM product_variant v JOIN stock_claim_line l ON l.variant_id = v.id
      WHERE v.product_id = ANY(${[...productIds]}) GROUP BY v.product_id`;
    return rows.map(({ productId, orders }) => ({ productId, orders: Number(orders) }));
  },
  countOrdersOfVariant: (variantId) => db.stockClaimLine.count({ where: { variantId } }),
  linesOf: (orderId) =>
    db.stockClaimLine.findMany({
      where: { orderId },
      omit: { orderId: true },
      orderBy: { variantId: 'asc' },
    }),
  saveFulfilment: async (orderId, lines) => {
    await db.$executeRaw`
      UPDATE stock_claim_line l SET shipped = n.shipped, released = n.released, lost = n.lost,
        restocked = n.restocked
      FROM unnest(${lines.map(({ variantId }) => variantId)}::text[],
        ${lines.map(({ shipped }) => shipped)}::int[], ${lines.map(({ released }) => released)}::int[],
        ${lines.map(({ lost }) => lost)}::int[], ${lines.map(({ restocked }) => restocked)}::int[])
        AS n (variant_id, shipped, released, lost, restocked)
      WHERE l.order_id = ${orderId} AND l.variant_id = n.variant_id`;
  },
});

async function stateOf(db: Db, orderId: string): Promise<ClaimState | null> {
  announceLocks(db, orderId);
  const [claim] = await db.$queryRaw<{ state: ClaimState }[]>`
    SELECT state FROM stock_claim WHERE order_id = ${orderId} FOR UPDATE`;
  return claim?.state ?? null;
}
