import { csvRow } from '@souk/runtime/domain';
import type { LedgerEntry } from '../../domain/ledger/ledger.ts';
import {
  createStatement,
  STATEMENT_COLUMNS,
  type StatedPart,
} from '../../domain/ledger/statement.ts';
import type { OrdersDeps } from '../deps.ts';

/** Entries that are read, and written, at once. */
const BATCH = 500;

/**
 * Writes the statement of a payout as CSV, a piece at a time. The content of a payout never changes once it
 * is made, so the statement is the same whenever it is read, and is not stored.
 */
export async function* writeStatement(
  { reads }: Pick<OrdersDeps, 'reads'>,
  payoutId: string,
): AsyncGenerator<string> {
  const [payout] = await reads.payouts.findMany([payoutId]);
  if (!payout) throw new Error(`There is no payout ${payoutId}.`);
  const statement = createStatement(payout);
  yield csvRow(STATEMENT_COLUMNS);
  for (let after: string | null = null; ; ) {
    const entries: LedgerEntry[] = await reads.ledger.collectedBy(payout, { after, limit: BATCH });
    const parts = await partsOf(reads, entries);
    const rows = entries.flatMap((entry) =>
      statement.rowsOf(entry, parts.get(entry.sellerOrderId ?? '')),
    );
    if (rows.length > 0) yield rows.map(csvRow).join('');
    if (entries.length < BATCH) break;
    after = entries.at(-1)?.id ?? null;
  }
  yield statement.end().map(csvRow).join('');
}

/** The parts that some entries are about. */
async function partsOf(
  { sellerOrders }: OrdersDeps['reads'],
  entries: readonly LedgerEntry[],
): Promise<Map<string, StatedPart>> {
  const ids = [...new Set(entries.flatMap(({ sellerOrderId }) => sellerOrderId ?? []))];
  if (ids.length === 0) return new Map();
  const [parts, lines] = await Promise.all([sellerOrders.findMany(ids), sellerOrders.linesOf(ids)]);
  return new Map(
    parts.map((part) => [
      part.id,
      { ...part, lines: lines.filter(({ sellerOrderId }) => sellerOrderId === part.id) },
    ]),
  );
}
