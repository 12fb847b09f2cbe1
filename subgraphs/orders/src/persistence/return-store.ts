import type { Return, ReturnReason, ReturnStatus } from '../domain/selling/return.ts';
import type { Db } from './client.ts';

/** Returns; callers that add or change one have locked the order first. */
export interface ReturnStore {
  findMany(ids: readonly string[]): Promise<Return[]>;
  ofSellerOrders(sellerOrderIds: readonly string[]): Promise<Return[]>;
  insert(request: Return): Promise<void>;
  save(request: Return): Promise<void>;
  /** Those of a seller, newest first, older than `before`. */
  page(
    of: { sellerId: string; status: ReturnStatus | null },
    page: { before: string | null; limit: number },
  ): Promise<Return[]>;
}

const LINES = { lines: { select: { orderLineId: true, quantity: true } } } as const;

export const createReturnStore = (db: Db): ReturnStore => {
  const find = async (where: { id?: { in: string[] }; sellerOrderId?: { in: string[] } }) =>
    (await db.returnRequest.findMany({ where, include: LINES, orderBy: { id: 'asc' } })).map(
      returnOfRow,
    );
  return {
    findMany: (ids) => find({ id: { in: [...ids] } }),
    ofSellerOrders: (ids) => find({ sellerOrderId: { in: [...ids] } }),
    insert: async ({ lines, ...request }) => {
      await db.returnRequest.create({ data: request });
      await db.returnLine.createMany({
        data: lines.map((line) => ({ ...line, returnId: request.id })),
      });
    },
    save: async ({ id, status, decisionNote, refundId, decidedAt, receivedAt }) => {
      const data = { status, decisionNote, refundId, decidedAt, receivedAt };
      await db.returnRequest.update({ where: { id }, data });
    },
    page: async ({ sellerId, status }, { before, limit }) => {
      const rows = await db.returnRequest.findMany({
        where: {
          sellerId,
          ...(status === null ? {} : { status }),
          ...(before === null ? {} : { id: { lt: before } }),
        },
        include: LINES,
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(returnOfRow);
    },
  };
};

const returnOfRow = (
  row: Omit<Return, 'status' | 'reason'> & { status: string; reason: string },
): Return => ({
  ...row,
  status: row.status as ReturnStatus,
  reason: row.reason as ReturnReason,
});
