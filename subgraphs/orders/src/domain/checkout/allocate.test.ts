import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate, shareOf } from './allocate.ts';

const amount = fc.nat(Number.MAX_SAFE_INTEGER);
const weights = fc.array(fc.nat(Number.MAX_SAFE_INTEGER), { minLength: 1, maxLength: 30 });

const sumsUp = (split: typeof allocate) =>
  fc.check(
    fc.property(amount, weights, (whole, by) => {
      const parts = split(whole, by);
      const sum = parts.reduce((all, part) => all + BigInt(part), 0n);
      return (
        sum === BigInt(whole) && parts.every((part) => Number.isSafeInteger(part) && part >= 0)
      );
    }),
    { numRuns: 500, endOnFailure: true },
  );

test('the parts of any amount, by any weights, sum to the whole', () => {
  expect(sumsUp(allocate)).toMatchObject({ failed: false });
});

test('a split that rounds each part by itself is caught', () => {
  const naive = (whole: number, by: readonly number[]) => {
    const sum = by.reduce((all, weight) => all + weight, 0);
    return by.map((weight) => Math.round((whole * weight) / (sum || 1)));
  };
  expect(sumsUp(naive)).toMatchObject({ failed: true });
});

test.each([
  [100, [1, 1, 1], [34, 33, 33]],
  [5, [0, 10, 10], [0, 3, 2]],
  [7, [0, 0], [7, 0]],
  [0, [3, 4], [0, 0]],
])('%d by %j', (whole, by, parts) => {
  expect(allocate(whole, by)).toEqual(parts);
});

test.each([
  [1_000, 2_500, 250],
  [1, 5_000, 1],
  [333, 1_000, 33],
  [Number.MAX_SAFE_INTEGER, 10_000, Number.MAX_SAFE_INTEGER],
])('of %d, %d basis points are %d', (whole, points, share) => {
  expect(shareOf(whole, points)).toBe(share);
});
