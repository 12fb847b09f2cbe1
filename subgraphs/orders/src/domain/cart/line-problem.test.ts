import { expect, test } from 'vitest';
import { MAX_SELLERS } from '../order-limits.ts';
import type { PricedItem } from '../priced-item.ts';
import { problemOf } from './line-problem.ts';
import { shownLines } from './shown-line.ts';

const item: PricedItem = {
  variantId: 'var_1',
  productId: 'prd_1',
  sellerId: 'usr_1',
  sku: 'S',
  title: 'Bowl',
  currency: 'EUR',
  priceMinor: 100,
  weightGrams: null,
  categoryIds: [],
  status: 'ACTIVE',
  available: 50,
};
const line = { quantity: 2, currency: 'EUR', unitPriceMinor: 100 };

test.each<[string, Partial<PricedItem> | null, Partial<typeof line>, string | null]>([
  ['there and at its price', {}, {}, null],
  ['unknown', null, {}, 'GONE'],
  ['taken back to a draft', { status: 'DRAFT' }, {}, 'GONE'],
  ['removed', { status: 'REMOVED' }, {}, 'GONE'],
  ['archived', { status: 'ARCHIVED', available: 0 }, {}, 'NOT_FOR_SALE'],
  ['in dollars', { currency: 'USD' }, {}, 'OTHER_CURRENCY'],
  ['sold out', { available: 0 }, {}, 'OUT_OF_STOCK'],
  ['oversold', { available: -1 }, {}, 'OUT_OF_STOCK'],
  ['short', { available: 1 }, {}, 'TOO_MANY'],
  ['short and dearer', { available: 1, priceMinor: 101 }, {}, 'TOO_MANY'],
  ['dearer', { priceMinor: 101 }, {}, 'PRICE_CHANGED'],
  ['cheaper', { priceMinor: 99 }, {}, null],
  ['sold without limit', { available: null }, { quantity: 999 }, null],
  // More than shoppers see of a stock says nothing: a cart would count it out for free.
  ['short of more than is shown', { available: 10 }, { quantity: 999 }, null],
  ['short of what is shown', { available: 9 }, { quantity: 10 }, 'TOO_MANY'],
])('a line of what is %s', (_, of, given, problem) => {
  expect(problemOf({ ...line, ...given }, of && { ...item, ...of }, 'EUR')).toBe(problem);
});

test('lines of the sellers beyond those of one order wait for the next, others of the first go with it', () => {
  const of = (index: number, seller: number) => ({
    line: {
      ...line,
      id: `cln_${index}`,
      cartId: 'crt_1',
      variantId: `var_${index}`,
      title: 'Bowl',
      addedAt: new Date(0),
    },
    item: { ...item, variantId: `var_${index}`, sellerId: `sel_${seller}` },
  });
  const all = [
    ...Array.from({ length: MAX_SELLERS + 2 }, (_, index) => of(index, index)),
    of(100, 0),
  ];
  const shown = shownLines(
    { currency: 'EUR', lines: all.map((each) => each.line) },
    new Map(all.map((each) => [each.item.variantId, each.item])),
    new Map(),
  );
  expect(shown.map(({ problem }) => problem)).toEqual([
    ...Array(MAX_SELLERS).fill(null),
    ...['TOO_MANY_SELLERS', 'TOO_MANY_SELLERS', null],
  ]);
});
