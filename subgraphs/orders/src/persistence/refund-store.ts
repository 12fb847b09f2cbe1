import { storedMinor } from '@souk/runtime/domain';
import type { Refund as RefundRow } from '../__generated__/prisma/client.ts';
import type { Refund, RefundLine } from '../domain/selling/refund.ts';
import type { Db } from './client.ts';

/** Refunds; callers that add one have locked the order first. */
export interface RefundStore {
  findMany(ids: readonly string[]): Promise<Refund[]>;
  ofSellerOrders(
    sellerOrderIds: readonly string[],
  ): Promise<(Refund & { sellerOrderId: string })[]>;
  linesOf(refundIds: readonly string[]): Promise<(RefundLine & { refundId: string })[]>;
  insert(refund: Refund, lines: readonly RefundLine[]): Promise<void>;
  /** Refunds that a provider is due to be asked for. */
  due(now: Date, limit: number): Promise<string[]>;
  setProgress(
    refund: Pick<Refund, 'id' | 'status' | 'nextCallAt' | 'attempts' | 'failures'>,
  ): Promise<void>;
}

export const createRefundStore = (db: Db): RefundStore => {
  const find = async (where: { id?: { in: string[] }; sellerOrderId?: { in: string[] } }) =>
    (await db.refund.findMany({ where, orderBy: { id: 'asc' } })).map(refundOfRow);
  return {
    findMany: (ids) => find({ id: { in: [...ids] } }),
    ofSellerOrders: async (ids) =>
      (await find({ sellerOrderId: { in: [...ids] } })).flatMap((refund) =>
        refund.sellerOrderId === null ? [] : [{ ...refund, sellerOrderId: refund.sellerOrderId }],
      ),
    linesOf: async (ids) => {
      const rows = await db.refundLine.findMany({ where: { refundId: { in: [...ids] } } });
      return rows.map((row) => ({ ...row, amountMinor: storedMinor(row.amountMinor) }));
    },
    insert: async (refund, lines) => {
      await db.refund.create({ data: refund });
      await db.refundLine.createMany({
        data: lines.map((line) => ({ ...line, refundId: refund.id })),
      });
    },
    due: async (now, limit) => {
      const rows = await db.refund.findMany({
        where: { nextCallAt: { lte: now } },
        orderBy: { nextCallAt: 'asc' },
        take: limit,
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    },
    setProgress: async ({ id, status, nextCallAt, attempts, failures }) => {
      await db.refund.update({ where: { id }, data: { status, nextCallAt, attempts, failures } });
    },
  };
};

const refundOfRow = (row: RefundRow): Refund => ({
  ...row,
  status: row.status as Refund['status'],
  amountMinor: storedMinor(row.amountMinor),
  looseMinor: storedMinor(row.looseMinor),
});
