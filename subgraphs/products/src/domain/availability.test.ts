import { SHOWN_UP_TO } from '@souk/runtime/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { availabilityOf, bestOf, maxQuantityOf } from './availability.ts';
import { INVENTORY_POLICIES } from './stock.ts';

const aStock = { onHand: 8, reserved: 3, policy: 'DENY', lowStockThreshold: null } as const;

test.each([
  ['enough', {}, 'IN_STOCK'],
  ['as much as the seller calls little', { lowStockThreshold: 5 }, 'LOW'],
  ['more than the seller calls little', { lowStockThreshold: 4 }, 'IN_STOCK'],
  ['none', { reserved: 8 }, 'OUT'],
  ['none, but more to come', { reserved: 9, policy: 'CONTINUE' }, 'BACKORDER'],
  ['some, and more to come', { policy: 'CONTINUE' }, 'IN_STOCK'],
] as const)('%s', (_, given, availability) => {
  expect(availabilityOf({ ...aStock, ...given }, 'ACTIVE')).toBe(availability);
  for (const status of ['DRAFT', 'ARCHIVED'] as const) {
    expect(availabilityOf({ ...aStock, ...given }, status)).toBe('NOT_FOR_SALE');
    expect(maxQuantityOf({ ...aStock, ...given }, status)).toBe(0);
  }
});

test('stocks that are told alike differ in nothing a shopper is told', () => {
  const large = fc.integer({ min: SHOWN_UP_TO, max: 1_000_000 });
  const policies = fc.constantFrom(...INVENTORY_POLICIES);
  fc.assert(
    fc.property(large, large, policies, (one, other, policy) => {
      const told = (onHand: number) => {
        const stock = { onHand, reserved: 0, policy, lowStockThreshold: null };
        return [availabilityOf(stock, 'ACTIVE'), maxQuantityOf(stock, 'ACTIVE')];
      };
      expect(told(one)).toEqual(told(other));
    }),
  );
});

test('a product is as available as its best variant', () => {
  expect(bestOf(['OUT', 'LOW', 'BACKORDER'])).toBe('LOW');
  expect(bestOf(['OUT', 'BACKORDER'])).toBe('BACKORDER');
  expect(bestOf([])).toBe('NOT_FOR_SALE');
});
