import { storedMinor, storedWebAddress } from '@souk/runtime/domain';
import { type Payment as PaymentRow, Prisma } from '../__generated__/prisma/client.ts';
import type { Payment, PaymentAction, PaymentMethodKind } from '../domain/payment/payment.ts';
import type { PaymentStatus } from '../domain/payment/payment-status.ts';
import type { Db } from './client.ts';

/** Payments; callers that change one have locked its order first. */
export interface PaymentStore {
  findMany(ids: readonly string[]): Promise<Payment[]>;
  findByReference(provider: string, reference: string): Promise<Payment | null>;
  /** The oldest first. */
  ofOrders(orderIds: readonly string[]): Promise<Payment[]>;
  insert(payment: Payment): Promise<void>;
  save(payment: Payment): Promise<void>;
  /** Those about which a provider is due to be asked, the longest due first. */
  due(now: Date, limit: number): Promise<string[]>;
}

export const createPaymentStore = (db: Db): PaymentStore => {
  const find = async (where: Prisma.PaymentWhereInput) => {
    const rows = await db.payment.findMany({
      where,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(paymentOfRow);
  };
  return {
    findMany: (ids) => find({ id: { in: [...ids] } }),
    findByReference: async (provider, reference) =>
      (await find({ provider, reference }))[0] ?? null,
    ofOrders: (orderIds) => find({ orderId: { in: [...orderIds] } }),
    insert: async (payment) => {
      await db.payment.create({ data: dataOf(payment) });
    },
    save: async (payment) => {
      const { id, ...data } = dataOf(payment);
      await db.payment.update({ where: { id }, data });
    },
    due: async (now, limit) => {
      const rows = await db.payment.findMany({
        where: { nextCallAt: { lte: now } },
        orderBy: { nextCallAt: 'asc' },
        take: limit,
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    },
  };
};

const dataOf = ({ action, ...payment }: Payment) => ({
  ...payment,
  action: action === null ? Prisma.DbNull : (action as unknown as Prisma.InputJsonValue),
});

const paymentOfRow = (row: PaymentRow): Payment => ({
  ...row,
  status: row.status as PaymentStatus,
  methodKind: row.methodKind as PaymentMethodKind,
  amountMinor: storedMinor(row.amountMinor),
  heldMinor: row.heldMinor === null ? null : storedMinor(row.heldMinor),
  refundedMinor: storedMinor(row.refundedMinor),
  returnUrl: storedWebAddress(row.returnUrl),
  action: row.action as unknown as PaymentAction | null,
});
