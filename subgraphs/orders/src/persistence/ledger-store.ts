import { storedMinor } from '@souk/runtime/domain';
import { announceLocks } from '@souk/runtime/persistence';
import type { LedgerEntry as EntryRow } from '../__generated__/prisma/client.ts';
import type { LedgerAccount, LedgerEntry, LedgerKind } from '../domain/ledger/ledger.ts';
import type { Db } from './client.ts';

/** A seller's balance in one currency: a sum of any number of orders. */
export interface SellerBalance {
  sellerId: string;
  currency: string;
  balanceMinor: bigint;
  /** The part of the balance that may be paid out now. */
  availableMinor: bigint;
  paidOutMinor: bigint;
}

/** The books: entries are added, never changed, and sum to zero in each movement (a trigger ensures that). */
export interface LedgerStore {
  /** Changes a seller's balance, whose row is then locked; returns the new balance. */
  move(sellerId: string, currency: string, amountMinor: number): Promise<bigint>;
  /** Locks sellers' accounts, in the same order everywhere. */
  lockAccounts(sellerIds: readonly string[], currency: string): Promise<void>;
  /** From when on the sale of a seller's part may be paid out; null when none was booked. */
  saleDueAt(part: { id: string }): Promise<Date | null>;
  append(entries: readonly LedgerEntry[]): Promise<void>;
  balancesOf(sellerIds: readonly string[], now: Date): Promise<SellerBalance[]>;
  /** A seller's entries, newest first, older than `before`; of one payout, or of all. */
  page(
    of: { sellerId: string; payoutId?: string },
    page: { before: string | null; limit: number },
  ): Promise<LedgerEntry[]>;
  /** The entries of a payout, oldest first, newer than `after`; without the payout itself. */
  collectedBy(
    payout: { id: string },
    page: { after: string | null; limit: number },
  ): Promise<LedgerEntry[]>;
  findMany(ids: readonly string[]): Promise<LedgerEntry[]>;
}

export const createLedgerStore = (db: Db): LedgerStore => ({
  move: async (sellerId, currency, amountMinor) => {
    const [row] = await db.$queryRaw<{ balance: bigint }[]>`
      INSERT INTO seller_account AS a (seller_id, currency, balance_minor)
      VALUES (${sellerId}, ${currency}, ${amountMinor}::bigint)
      ON CONFLICT (seller_id, currency) DO UPDATE
        SET balance_minor = a.balance_minor + excluded.balance_minor
      RETURNING balance_minor AS balance`;
    return row?.balance ?? 0n;
  },
  lockAccounts: async (sellerIds, currency) => {
    announceLocks(db, ...sellerIds);
    await db.$queryRaw`
      SELECT 1 FROM seller_account WHERE seller_id = ANY(${[...sellerIds]}) AND currency = ${currency}
      ORDER BY seller_id FOR UPDATE`;
  },
  saleDueAt: async ({ id: sellerOrderId }) => {
    const sale = await db.ledgerEntry.findFirst({
      where: { sellerOrderId, kind: 'SALE', account: 'SELLER' },
      select: { availableAt: true },
    });
    return sale?.availableAt ?? null;
  },
  append: async (entries) => {
    await db.ledgerEntry.createMany({ data: [...entries] });
  },
  balancesOf: async (sellerIds, now) => {
    const rows = await db.$queryRaw<Record<keyof SellerBalance, string | bigint>[]>`
      SELECT a.seller_id AS "sellerId", a.currency, a.balance_minor AS "balanceMinor",
        a.paid_out_minor AS "paidOutMinor",
        coalesce((SELECT sum(e.amount_minor) FROM ledger_entry e
          WHERE e.seller_id = a.seller_id AND e.currency = a.currency
            AND e.payout_id IS NULL AND e.available_at <= ${now}
        ), 0)::bigint AS "availableMinor"
      FROM seller_account a WHERE a.seller_id = ANY(${[...sellerIds]}) ORDER BY a.currency`;
    return rows.map((row) => ({
      sellerId: String(row.sellerId),
      currency: String(row.currency),
      balanceMinor: BigInt(row.balanceMinor),
      availableMinor: BigInt(row.availableMinor),
      paidOutMinor: BigInt(row.paidOutMinor),
    }));
  },
  page: async ({ sellerId, payoutId }, { before, limit }) => {
    const rows = await db.ledgerEntry.findMany({
      where: {
        sellerId,
        ...(payoutId === undefined ? {} : { payoutId }),
        ...(before === null ? {} : { id: { lt: before } }),
      },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(entryOfRow);
  },
  collectedBy: async ({ id: payoutId }, { after, limit }) => {
    const rows = await db.ledgerEntry.findMany({
      where: {
        payoutId,
        account: 'SELLER',
        kind: { not: 'PAYOUT' },
        ...(after === null ? {} : { id: { gt: after } }),
      },
      orderBy: { id: 'asc' },
      take: limit,
    });
    return rows.map(entryOfRow);
  },
  findMany: async (ids) =>
    (await db.ledgerEntry.findMany({ where: { id: { in: [...ids] } } })).map(entryOfRow),
});

const entryOfRow = (row: EntryRow): LedgerEntry => ({
  ...row,
  kind: row.kind as LedgerKind,
  account: row.account as LedgerAccount,
  amountMinor: storedMinor(row.amountMinor),
});
