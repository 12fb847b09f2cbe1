import {
  badInput,
  checkEach,
  type DomainError,
  isSameMoney,
  type MoneyInput,
  moneyOf,
  timesMinor,
  tooMuchMoney,
} from '@souk/runtime/domain';
import {
  insufficientStock,
  notOnSale,
  priceChanged,
  totalChanged,
  variantNotFound,
} from './errors.ts';
import type { OrderLine } from './order.ts';
import { MAX_SELLERS, MAX_SUBTOTAL_MINOR } from './order-limits.ts';
import type { PricedItem } from './priced-item.ts';
import type { RequestedLine } from './requested-lines.ts';

export type PricedLine = Pick<
  OrderLine,
  | 'variantId'
  | 'productId'
  | 'sellerId'
  | 'sku'
  | 'title'
  | 'quantity'
  | 'unitPriceMinor'
  | 'totalMinor'
>;

export interface PricedOrder {
  currency: string;
  lines: PricedLine[];
  subtotalMinor: number;
}

/** Freezes titles, SKUs and prices as in our copy; throws what is wrong with any line. */
export function priceLines(
  requested: readonly RequestedLine[],
  items: ReadonlyMap<string, PricedItem>,
): PricedOrder {
  const lines = checkEach(requested, (line) => pricedLine(line, items.get(line.variantId)));
  const [first] = lines;
  if (!first) throw badInput('An order needs at least one line.', ['input', 'lines']);
  for (const [index, { currency }] of lines.entries()) {
    if (currency !== first.currency) {
      const at = [...(requested[index]?.path ?? []), 'variantId'];
      throw badInput(
        `All lines of an order must have the same currency: ${first.currency} or ${currency}.`,
        at,
      );
    }
  }
  if (new Set(lines.map(({ sellerId }) => sellerId)).size > MAX_SELLERS) {
    throw badInput(`An order can have at most ${MAX_SELLERS} sellers.`, ['input', 'lines']);
  }
  // Each line is exact, and the sum of all is far below the point at which numbers are rounded.
  const subtotalMinor = lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
  if (subtotalMinor > MAX_SUBTOTAL_MINOR) throw tooMuchMoney(['input', 'lines']);
  return {
    currency: first.currency,
    lines: lines.map(({ currency: _, ...line }) => line),
    subtotalMinor,
  };
}

/** Refuses an order at other prices than its buyer was shown. */
export function assertTotal(
  { currency, totalMinor }: { currency: string; totalMinor: number },
  expected: MoneyInput | null | undefined,
): void {
  const actual = moneyOf(totalMinor, currency);
  if (expected == null || isSameMoney(expected, actual)) return;
  throw totalChanged({ expected, actual }, ['input', 'expectedTotal']);
}

/**
 * The lines for which our copy already shows too little stock; products decides whether there is enough. This
 * comes after every other check: a request that would be refused anyway must not reveal the stock.
 */
export const shortagesOf = (
  requested: readonly RequestedLine[],
  items: ReadonlyMap<string, PricedItem>,
): DomainError[] =>
  requested.flatMap(({ variantId, quantity, path }) => {
    const item = items.get(variantId);
    if (!item || item.available === null || item.available >= quantity) return [];
    const { title, available } = item;
    return [insufficientStock({ variantId, title, available }, [...path, 'quantity'])];
  });

function pricedLine(
  { variantId, quantity, expectedUnitPrice, path }: RequestedLine,
  item: PricedItem | undefined,
): PricedLine & { currency: string } {
  // A draft is its seller's secret: it does not exist for others.
  if (!item || item.status === 'DRAFT') throw variantNotFound([...path, 'variantId']);
  const { productId, sellerId, sku, title, currency, priceMinor, status } = item;
  if (status !== 'ACTIVE') throw notOnSale(title, [...path, 'variantId']);
  const actual = moneyOf(priceMinor, currency);
  if (expectedUnitPrice && !isSameMoney(expectedUnitPrice, actual)) {
    const at = [...path, 'expectedUnitPrice'];
    throw priceChanged({ variantId, expected: expectedUnitPrice, actual }, at);
  }
  return {
    variantId,
    productId,
    sellerId,
    sku,
    title,
    quantity,
    currency,
    unitPriceMinor: priceMinor,
    totalMinor: timesMinor(priceMinor, quantity),
  };
}
