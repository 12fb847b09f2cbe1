import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PricedItem } from './priced-item.ts';
import { priceLines } from './priced-lines.ts';
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
  status: 'ACTIVE',
  available: null,
});
const wanted = (variantId: string, quantity: number): RequestedLine => ({
  variantId,
  quantity,
  expectedUnitPriceMinor: null,
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
      if (exact > BigInt(Number.MAX_SAFE_INTEGER)) {
        expect(() => priceLines(requested, items)).toThrow('more money than can be counted');
      } else {
        expect(BigInt(priceLines(requested, items).subtotalMinor)).toBe(exact);
      }
    }),
  );
});

test('nothing to price is no order', () => {
  expect(() => priceLines([], new Map())).toThrow('at least one line');
});
