import { expect, test } from 'vitest';
import { commissionRateOf } from './seller.ts';

const commissions = [
  { categoryId: null, basisPoints: 1_000 },
  { categoryId: 'books', basisPoints: 500 },
  { categoryId: 'lamps', basisPoints: 1_500 },
];

test.each([
  ['none', [], 1_000],
  ['one without a rate', ['toys'], 1_000],
  ['one with a lower rate', ['books'], 500],
  ['several, whichever comes first', ['books', 'lamps'], 1_500],
  ['several, whichever comes last', ['toys', 'lamps', 'books'], 1_500],
])('of a product in %s', (_, categoryIds, rate) => {
  expect(commissionRateOf({ commissions }, categoryIds)).toBe(rate);
});

test('of a seller without rates, or who is not known yet, nothing is kept', () => {
  expect(commissionRateOf({ commissions: [] }, ['books'])).toBe(0);
  expect(commissionRateOf(null, [])).toBe(0);
});
