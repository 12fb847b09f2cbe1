import fc from 'fast-check';
import { expect, test } from 'vitest';
import { availableOf, inLockOrder, type StockItem, type StockLine, shortagesOf } from './stock.ts';

const item = (
  variantId: string,
  onHand: number,
  reserved: number,
  given: Partial<StockItem> = {},
) => ({
  variantId,
  productId: 'prd',
  sellerId: 'sel_1',
  title: 'Lamp',
  sku: 'L-1',
  forSale: true,
  onHand,
  reserved,
  lowStockThreshold: null,
  policy: 'DENY' as const,
  updatedAt: new Date(0),
  ...given,
});

const line = fc.record({
  variantId: fc.constantFrom('a', 'b', 'c', 'd'),
  quantity: fc.integer({ min: 1, max: 20 }),
});
const stock = fc
  .tuple(...['a', 'b', 'c'].map((id) => fc.tuple(fc.constant(id), fc.nat(30), fc.nat(30))))
  .map((rows) => rows.map(([id, a, b]) => item(id, Math.max(a, b), Math.min(a, b))))
  .map((items) => new Map(items.map((one) => [one.variantId, one])));

test('an order without shortages leaves every variant at zero or above; with one, it would not', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), stock, (asked, items) => {
      const lines = inLockOrder(asked);
      const left = lines.map(({ variantId, quantity }) => {
        const present = items.get(variantId);
        return (present ? availableOf(present) : 0) - quantity;
      });
      const short = shortagesOf(lines, items);
      expect(short.length).toBe(left.filter((rest) => rest < 0).length);
      for (const { variantId, requested, reason } of short) {
        const present = items.get(variantId);
        const available = present ? availableOf(present) : 0;
        expect(available).toBeLessThan(requested);
        const left = available > 0 ? 'TOO_MANY' : 'OUT_OF_STOCK';
        expect(reason).toBe(present ? left : 'NOT_FOR_SALE');
      }
    }),
  );
});

test('lines of one variant are added up, and every order is locked in the same order', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const ordered = inLockOrder(lines);
      const ids = ordered.map(({ variantId }) => variantId);
      expect(ids).toEqual([...new Set(ids)].sort());
      expect(inLockOrder([...lines].reverse())).toEqual(ordered);
      const sum = (all: readonly StockLine[]) =>
        all.reduce((total, { quantity }) => total + quantity, 0);
      expect(sum(ordered)).toBe(sum(lines));
    }),
  );
});

test('what sells without limit is never short', () => {
  const endless = new Map([['a', item('a', 0, 5, { policy: 'CONTINUE' })]]);
  expect(shortagesOf([{ variantId: 'a', quantity: 999 }], endless)).toEqual([]);
});
