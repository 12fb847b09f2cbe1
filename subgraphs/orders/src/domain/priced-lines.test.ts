import { mistakesOf } from '@souk/runtime/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SUBTOTAL_MINOR } from './order-limits.ts';
import type { PricedItem } from './priced-item.ts';
import { priceLines, shortagesOf } from './priced-lines.ts';
import type { RequestedLine } from './requested-lines.ts';

const item = (variantId: string, priceMinor: number): PricedItem => ({
  variantId,
  productId: 'prd',
  sellerId: 'usr',
  sku: variantId,
  title: variantId,
  currency: 'EUR',
  priceMinor,
  weightGrams: null,
  categoryIds: [],
  status: 'ACTIVE',
  available: null,
});
const wanted = (variantId: string, quantity: number): RequestedLine => ({
  variantId,
  quantity,
  expectedUnitPrice: null,
  path: ['input', 'lines', 0],
});

test('a total is the sum of its lines in whole minor units, or it is refused', () => {
  const line = fc.record({
    price: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    quantity: fc.integer({ min: 1, max: 999 }),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 100 }), (lines) => {
      const items = new Map(lines.map(({ price }, at) => [`v${at}`, item(`v${at}`, price)]));
      const requested = lines.map(({ quantity }, at) => wanted(`v${at}`, quantity));
      const exact = lines.reduce(
        (sum, each) => sum + BigInt(each.price) * BigInt(each.quantity),
        0n,
      );
      if (exact > BigInt(MAX_SUBTOTAL_MINOR)) {
        expect(() => priceLines(requested, items)).toThrow('amount is too large');
      } else {
        expect(BigInt(priceLines(requested, items).subtotalMinor)).toBe(exact);
      }
    }),
  );
});

test('nothing to price is no order', () => {
  expect(() => priceLines([], new Map())).toThrow('at least one line');
});

test('every line that cannot be had is reported at once, each in its place', () => {
  const requested = ['gone', 'draft', 'dear', 'fine'].map((variantId, at) => ({
    ...wanted(variantId, 1),
    expectedUnitPrice: { minorUnits: 5, currency: 'EUR' },
    path: ['input', 'lines', at],
  }));
  const items = new Map<string, PricedItem>([
    ['draft', { ...item('draft', 5), status: 'DRAFT' }],
    ['dear', item('dear', 6)],
    ['fine', item('fine', 5)],
  ]);
  const places = mistakesOf(() => priceLines(requested, items)).map((mistake) => [
    mistake.code,
    mistake.argumentPath?.join('.'),
  ]);
  expect(places).toEqual([
    ['PRODUCT_VARIANT_NOT_FOUND', 'input.lines.0.variantId'],
    ['PRODUCT_VARIANT_NOT_FOUND', 'input.lines.1.variantId'],
    ['PRICE_CHANGED', 'input.lines.2.expectedUnitPrice'],
  ]);
});

test('every line that is short of stock is reported at once', () => {
  const requested = [wanted('a', 3), { ...wanted('b', 1), path: ['input', 'lines', 1] }];
  const items = new Map(
    ['a', 'b'].map((id) => [id, { ...item(id, 5), available: id === 'a' ? 2 : 0 }]),
  );
  expect(shortagesOf(requested, items).map(({ code }) => code)).toEqual([
    'INSUFFICIENT_STOCK',
    'INSUFFICIENT_STOCK',
  ]);
});
