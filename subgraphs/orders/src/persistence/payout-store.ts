import { storedMinor } from '@souk/runtime/domain';
import { announceLocks } from '@souk/runtime/persistence';
import type { Payout as PayoutRow } from '../__generated__/prisma/client.ts';
import type { Payout } from '../domain/ledger/payout.ts';
import type { Db } from './client.ts';

/** What is due to a seller in one currency. */
export interface DuePayout {
  sellerId: string;
  currency: string;
}

/**
 * The content of one payout: everything that is due, or the oldest of it, up to the maximum of one amount.
 */
export interface CollectedEntries {
  amountMinor: number;
  periodStart: Date | null;
  /** The last of them. */
  upTo: string;
}

/** Money that goes to sellers' banks. */
export interface PayoutStore {
  findMany(ids: readonly string[]): Promise<Payout[]>;
  /**
   * Sellers with something to pay out now, in order of their ids, from behind `after` on: most accounts have a balance of which
   * nothing is due yet. The money of suspended sellers waits.
   */
  due(now: Date, limit: number, after: DuePayout | null): Promise<DuePayout[]>;
  /** Locks a seller's account, and returns what can be paid out now. */
  collect(of: DuePayout, now: Date): Promise<CollectedEntries>;
  /** Makes a payout of what was collected. */
  insert(payout: Payout, collected: Pick<CollectedEntries, 'upTo'>, now: Date): Promise<void>;
  page(sellerId: string, page: { before: string | null; limit: number }): Promise<Payout[]>;
}

export const createPayoutStore = (db: Db): PayoutStore => ({
  findMany: async (ids) =>
    (await db.payout.findMany({ where: { id: { in: [...ids] } } })).map(payoutOfRow),
  due: (now, limit, after) =>
    db.$queryRaw<DuePayout[]>`
      SELECT a.seller_id AS "sellerId", a.currency FROM seller_account a
      WHERE a.balance_minor > 0
        AND (a.seller_id, a.currency) > (${after?.sellerId ?? ''}, ${after?.currency ?? ''})
        AND NOT EXISTS (SELECT FROM seller s WHERE s.id = a.seller_id AND s.status = 'SUSPENDED')
        AND (
        SELECT coalesce(sum(e.amount_minor), 0) FROM ledger_entry e
        WHERE e.seller_id = a.seller_id AND e.currency = a.currency AND e.available_at <= ${now}
          AND e.payout_id IS NULL) > 0
      ORDER BY a.seller_id, a.currency LIMIT ${limit}::int`,
  collect: async ({ sellerId, currency }, now) => {
    announceLocks(db, sellerId);
    await db.$queryRaw`
      SELECT 1 FROM seller_account WHERE seller_id = ${sellerId} AND currency = ${currency} FOR UPDATE`;
    const [row] = await db.$queryRaw<{ amount: bigint; start: Date; last: string }[]>`
      SELECT amount::bigint, start, id AS last FROM (
        SELECT id, sum(amount_minor) OVER (ORDER BY id) AS amount, min(occurred_at) OVER (ORDER BY id) AS start
        FROM ledger_entry WHERE seller_id = ${sellerId} AND currency = ${currency}
          AND available_at <= ${now} AND payout_id IS NULL) due
      WHERE amount <= ${Number.MAX_SAFE_INTEGER}::bigint ORDER BY id DESC LIMIT 1`;
    return {
      amountMinor: storedMinor(row?.amount ?? 0n),
      periodStart: row?.start ?? null,
      upTo: row?.last ?? '',
    };
  },
  insert: async (payout, { upTo }, now) => {
    await db.payout.create({ data: payout });
    await db.$executeRaw`
      UPDATE ledger_entry SET payout_id = ${payout.id}
      WHERE seller_id = ${payout.sellerId} AND currency = ${payout.currency}
        AND available_at <= ${now} AND payout_id IS NULL AND id <= ${upTo}`;
    await db.$executeRaw`
      UPDATE seller_account SET paid_out_minor = paid_out_minor + ${payout.amountMinor}::bigint
      WHERE seller_id = ${payout.sellerId} AND currency = ${payout.currency}`;
  },
  page: async (sellerId, { before, limit }) => {
    const rows = await db.payout.findMany({
      where: { sellerId, ...(before === null ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(payoutOfRow);
  },
});

const payoutOfRow = (row: PayoutRow): Payout => ({
  ...row,
  status: row.status as Payout['status'],
  amountMinor: storedMinor(row.amountMinor),
});
