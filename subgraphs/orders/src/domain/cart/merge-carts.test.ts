import { isAllowed } from '@souk/runtime/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_QUANTITY } from '../requested-lines.ts';
import { type CartLine, MAX_CART_LINES } from './cart.ts';
import { mergedLines } from './merge-carts.ts';

const line = (cartId: string, variant: number, quantity: number): CartLine => ({
  id: `cln_${cartId}_${variant}`,
  cartId,
  variantId: `var_${variant}`,
  quantity,
  title: `Thing ${variant}`,
  currency: 'EUR',
  unitPriceMinor: 100,
  addedAt: new Date(0),
});
const linesOf = (cartId: string, most: number) =>
  fc
    .uniqueArray(fc.tuple(fc.nat(150), fc.integer({ min: 1, max: MAX_QUANTITY })), {
      selector: ([variant]) => variant,
      maxLength: most,
      size: 'max',
    })
    .map((lines) => lines.map(([variant, quantity]) => line(cartId, variant, quantity)));

type Merge = typeof mergedLines;
const quantities = (lines: readonly CartLine[]) =>
  new Map(lines.map(({ variantId, quantity }) => [variantId, quantity]));

/** Holds a merge to what it promises: no line lost, none counted twice, every change named. */
const holds = (merge: Merge) =>
  fc.check(
    fc.property(linesOf('own', 70), linesOf('guest', 70), (own, guest) => {
      const both = new Set([...own, ...guest].map(({ variantId }) => variantId));
      const merging = () => merge({ id: 'own', lines: own }, { lines: guest });
      if (both.size > MAX_CART_LINES) return !isAllowed(merging);
      const { lines, notices } = merging();
      const [before, given, after] = [own, guest, lines].map(quantities) as [
        Map<string, number>,
        Map<string, number>,
        Map<string, number>,
      ];
      const named = new Set(notices.map(({ variantId }) => variantId));
      return (
        lines.length === both.size &&
        lines.every(({ cartId }) => cartId === 'own') &&
        [...both].every((id) => {
          const sum = (before.get(id) ?? 0) + (given.get(id) ?? 0);
          return after.get(id) === Math.min(MAX_QUANTITY, sum) && named.has(id) === given.has(id);
        })
      );
    }),
    { numRuns: 1_000, endOnFailure: true },
  );

test('1,000 random merges lose no line and name every change', () => {
  expect(holds(mergedLines)).toMatchObject({ failed: false });
});

const MUTANTS: readonly [string, Merge][] = [
  [
    'that lets one cart’s line stand for both',
    (own, guest) => {
      const lines = new Map([...own.lines, ...guest.lines].map((each) => [each.variantId, each]));
      return { ...mergedLines(own, guest), lines: [...lines.values()] };
    },
  ],
  [
    'that leaves behind what is too much',
    (own, guest) =>
      mergedLines(own, { lines: guest.lines.slice(0, MAX_CART_LINES - own.lines.length) }),
  ],
  ['that says nothing', (own, guest) => ({ ...mergedLines(own, guest), notices: [] })],
];

test.each(MUTANTS)('a merge %s is caught', (_, mutant) => {
  expect(holds(mutant)).toMatchObject({ failed: true });
});
