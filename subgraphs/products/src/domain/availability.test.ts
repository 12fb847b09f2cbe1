import { SHOWN_UP_TO } from '@souk/runtime/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { availabilityOf, bestOf, isForSale, maxQuantityOf } from './availability.ts';
import { PRODUCT_STATUSES } from './product.ts';
import { SELLER_STATUSES } from './seller.ts';
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
  expect(availabilityOf({ ...aStock, ...given }, true)).toBe(availability);
  expect(availabilityOf({ ...aStock, ...given }, false)).toBe('NOT_FOR_SALE');
  expect(maxQuantityOf({ ...aStock, ...given }, false)).toBe(0);
});

test('only listed products of an active seller are for sale', () => {
  const sold = PRODUCT_STATUSES.flatMap((status) =>
    SELLER_STATUSES.filter((of) => isForSale({ status }, { status: of })).map((of) => [status, of]),
  );
  expect(sold).toEqual([['ACTIVE', 'ACTIVE']]);
  expect(isForSale({ status: 'ACTIVE' }, undefined)).toBe(false);
});

test('stocks that are shown alike differ in nothing a shopper sees', () => {
  const large = fc.integer({ min: SHOWN_UP_TO, max: 1_000_000 });
  const policies = fc.constantFrom(...INVENTORY_POLICIES);
  fc.assert(
    fc.property(large, large, policies, (one, other, policy) => {
      const told = (onHand: number) => {
        const stock = { onHand, reserved: 0, policy, lowStockThreshold: null };
        return [availabilityOf(stock, true), maxQuantityOf(stock, true)];
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
