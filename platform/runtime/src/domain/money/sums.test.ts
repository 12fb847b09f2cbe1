import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storedMinor, sumMinor, timesMinor } from './sums.ts';

const amount = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const isExact = (value: bigint) =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);

test('a sum is exact, or it is refused', () => {
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 20 }), (amounts) => {
      let exact = 0n;
      const areAllExact = amounts.every((each) => {
        exact += BigInt(each);
        return isExact(exact);
      });
      const sum = () => sumMinor(amounts, (each) => each);
      if (areAllExact) expect(BigInt(sum())).toBe(exact);
      else expect(sum).toThrow('amount is too large');
    }),
  );
});

test('and so is a product', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 999 }), (unit, quantity) => {
      const exact = BigInt(unit) * BigInt(quantity);
      if (isExact(exact)) expect(BigInt(timesMinor(unit, quantity))).toBe(exact);
      else expect(() => timesMinor(unit, quantity)).toThrow('amount is too large');
    }),
  );
});

test('what is stored is read exactly, or not at all', () => {
  expect(storedMinor(9_007_199_254_740_991n)).toBe(Number.MAX_SAFE_INTEGER);
  // Not bad input: whoever reads it gave none.
  expect(() => storedMinor(9_007_199_254_740_993n)).toThrow('No number holds');
  expect(() => sumMinor([Number.NaN], (each) => each)).toThrow('amount is too large');
});
