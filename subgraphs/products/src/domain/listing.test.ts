import { expect, test } from 'vitest';
import { checkedCriteria, effectiveSort } from './listing.ts';

test('without words there is no relevance', () => {
  expect(effectiveSort('RELEVANCE', checkedCriteria(null, null))).toBe('NEWEST');
  expect(effectiveSort(null, checkedCriteria('lamp', null))).toBe('RELEVANCE');
  expect(effectiveSort('TITLE', checkedCriteria(null, null))).toBe('TITLE');
});

test('only products on sale are listed, unless another status is requested', () => {
  expect(checkedCriteria(null, null).statuses).toEqual(['ACTIVE']);
  expect(checkedCriteria(null, { statuses: ['DRAFT', 'DRAFT'] }).statuses).toEqual(['DRAFT']);
});

test('prices are compared within one currency, and in the right order', () => {
  const price = { currency: 'EUR' };
  for (const sort of ['PRICE_ASC', 'PRICE_DESC'] as const) {
    expect(effectiveSort(sort, checkedCriteria(null, { price }))).toBe(sort);
    expect(() => effectiveSort(sort, checkedCriteria('lamp', null))).toThrow('one currency');
  }
  for (const wrong of [{ minMinorUnits: -1 }, { minMinorUnits: 2, maxMinorUnits: 1 }]) {
    expect(() => checkedCriteria(null, { price: { ...price, ...wrong } })).toThrow();
  }
});
