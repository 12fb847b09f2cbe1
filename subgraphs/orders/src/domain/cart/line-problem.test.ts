import { expect, test } from 'vitest';
import type { PricedItem } from '../priced-item.ts';
import { problemOf } from './line-problem.ts';

const item: PricedItem = {
  ...{ variantId: 'var_1', productId: 'prd_1', sellerId: 'usr_1', sku: 'S', title: 'Bowl' },
  ...{
    currency: 'EUR',
    priceMinor: 100,
    weightGrams: null,
    categoryIds: [],
    status: 'ACTIVE',
    available: 50,
  },
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
