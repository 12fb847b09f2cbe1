import { storedMinor } from '@souk/runtime/domain';
import { announceLocks } from '@souk/runtime/persistence';
import { Prisma, type TestPayment as TestPaymentRow } from '../__generated__/prisma/client.ts';
import type { ProviderAnswer } from '../domain/payment/payment.ts';
import type { Db } from './client.ts';

/** A payment in the books of the test provider. */
export interface StoredTestPayment {
  reference: string;
  secret: string;
  methodCode: string;
  status: ProviderAnswer['status'];
  currency: string;
  amountMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  failureCode: string | null;
  returnUrl: string | null;
  /** Keys of calls that were carried out. */
  keys: string[];
  createdAt: Date;
}

/** The books of the test provider, which stand for those of somebody else's server. */
export interface TestPaymentStore {
  /** Does nothing where the reference is known. */
  insert(payment: StoredTestPayment): Promise<void>;
  lock(reference: string): Promise<StoredTestPayment | null>;
  lockBySecret(secret: string): Promise<StoredTestPayment | null>;
  save(payment: StoredTestPayment): Promise<void>;
}

export const createTestPaymentStore = (db: Db): TestPaymentStore => {
  const lockWhere = async (key: string, condition: Prisma.Sql) => {
    announceLocks(db, key);
    const [found] = await db.$queryRaw<{ reference: string }[]>`
      SELECT reference FROM test_payment WHERE ${condition} FOR UPDATE`;
    const row = found && (await db.testPayment.findUnique({ where: found }));
    return row ? paymentOfRow(row) : null;
  };
  return {
    insert: async (payment) => {
      await db.testPayment.createMany({ data: [payment], skipDuplicates: true });
    },
    lock: (reference) => lockWhere(reference, Prisma.sql`reference = ${reference}`),
    lockBySecret: (secret) => lockWhere(secret, Prisma.sql`secret = ${secret}`),
    save: async ({ reference, ...data }) => {
      await db.testPayment.update({ where: { reference }, data });
    },
  };
};

const paymentOfRow = (row: TestPaymentRow): StoredTestPayment => ({
  ...row,
  status: row.status as StoredTestPayment['status'],
  amountMinor: storedMinor(row.amountMinor),
  capturedMinor: storedMinor(row.capturedMinor),
  refundedMinor: storedMinor(row.refundedMinor),
});
