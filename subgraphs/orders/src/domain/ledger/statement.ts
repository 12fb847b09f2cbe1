import { type CsvCell, type Money, moneyOf } from '@souk/runtime/domain';
import type { OrderLine, SellerOrder } from '../order.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Payout } from './payout.ts';

/** The columns of a statement. */
export const STATEMENT_COLUMNS = [
  ...['payout', 'row', 'occurred_at', 'order', 'kind', 'sku', 'title', 'quantity'],
  ...['detail', 'amount', 'currency'],
] as const;

/** The part of an order that an entry is about, with what was sold in it. */
export interface StatedPart extends SellerOrder {
  readonly lines: readonly OrderLine[];
}

/** The fields of a row that are not empty. */
interface Row {
  readonly row: 'ENTRY' | 'DETAIL' | 'SUM' | 'PAYOUT';
  readonly occurredAt?: Date;
  readonly order?: string;
  readonly kind: string;
  readonly line?: Pick<OrderLine, 'sku' | 'title' | 'quantity'>;
  /** A component of an entry: not an amount of its own, so that amounts are counted once. */
  readonly detail?: Money;
  readonly amount?: Money;
}

/**
 * The statement of a payout: each movement of money in it, the components after each sale, then the sum of
 * each kind, and the amount paid out. The amounts of ENTRY rows sum to that of the PAYOUT row, and so do
 * those of SUM rows.
 */
export function createStatement(payout: Payout) {
  const { number, currency, amountMinor } = payout;
  const sums = new Map<string, number>();
  const cellsOf = ({ row, occurredAt, order, kind, line, detail, amount }: Row): CsvCell[] => [
    ...[number, row, occurredAt?.toISOString() ?? null, order ?? null, kind],
    ...[line?.sku ?? null, line?.title ?? null, line?.quantity ?? null],
    ...[detail ?? null, amount ?? null, currency],
  ];
  return {
    rowsOf: (entry: LedgerEntry, part: StatedPart | undefined): CsvCell[][] => {
      const { kind, occurredAt } = entry;
      sums.set(kind, (sums.get(kind) ?? 0) + entry.amountMinor);
      const of = { kind, occurredAt, ...(part && { order: part.number }) };
      return [
        { row: 'ENTRY' as const, ...of, amount: moneyOf(entry.amountMinor, currency) },
        ...(part && kind === 'SALE' ? detailsOf(part) : []),
      ].map(cellsOf);
    },
    end: (): CsvCell[][] =>
      [
        ...[...sums].map(
          ([kind, sum]): Row => ({ row: 'SUM', kind, amount: moneyOf(sum, currency) }),
        ),
        { row: 'PAYOUT' as const, kind: 'PAYOUT', amount: moneyOf(amountMinor, currency) },
      ].map(cellsOf),
  };
}

/** The components of a sale; tax that is included in the prices is not listed separately. */
function detailsOf(part: StatedPart): Row[] {
  const { number: order, currency, subtotalMinor, shippingMinor, discountMinor, totalMinor } = part;
  const addedTax = totalMinor - subtotalMinor - shippingMinor + discountMinor;
  const beside = [
    ['DELIVERY', shippingMinor],
    ['DISCOUNT', -discountMinor],
    ['TAX', addedTax],
  ] as const;
  return [
    ...part.lines.map(
      (line): Row => ({
        row: 'DETAIL',
        order,
        kind: 'LINE',
        line,
        detail: moneyOf(line.totalMinor, currency),
      }),
    ),
    ...beside.flatMap(([kind, minor]): Row[] =>
      minor === 0 ? [] : [{ row: 'DETAIL', order, kind, detail: moneyOf(minor, currency) }],
    ),
  ];
}
