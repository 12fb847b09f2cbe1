import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderLine, SellerOrder } from '../order.ts';
import {
  commissionBack,
  paidFor,
  worthOf,
  worthOfLines,
  worthOfReturned,
} from './refund-amount.ts';

const lineOf = (given: Partial<OrderLine>) =>
  ({
    totalMinor: 1_000,
    discountMinor: 1,
    taxMinor: 7,
    quantity: 3,
    refundedQuantity: 0,
    refundedMinor: 0,
    ...given,
  }) as OrderLine;

test('refunds of a line in any steps sum to what was paid', () => {
  const lines = fc.record({
    totalMinor: fc.integer({ min: 1_000, max: 1e12 }),
    discountMinor: fc.nat(1_000),
    taxMinor: fc.nat(1_000),
    quantity: fc.integer({ min: 1, max: 999 }),
  });
  fc.assert(
    fc.property(
      lines,
      fc.array(fc.integer({ min: 1, max: 100 })),
      fc.boolean(),
      (given, steps, tax) => {
        let line = lineOf(given);
        const back = (quantity: number) => {
          const worth = worthOf(line, quantity, tax);
          line = {
            ...line,
            refundedQuantity: line.refundedQuantity + quantity,
            refundedMinor: line.refundedMinor + worth,
          };
        };
        for (const step of steps) {
          const left = line.quantity - line.refundedQuantity;
          if (left > 0) back(Math.min(step, left));
        }
        const left = line.quantity - line.refundedQuantity;
        if (left > 0) back(left);
        expect(line.refundedMinor).toBe(paidFor(line, tax));
      },
    ),
    { numRuns: 300 },
  );
});

test('so do refunds of the commission', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.array(fc.nat(400)), (commissionMinor, steps) => {
      let part = { commissionMinor, totalMinor: 1_000, refundedMinor: 0 } as SellerOrder;
      let given = 0;
      for (const step of [...steps, 1_000]) {
        const amount = Math.min(step, part.totalMinor - part.refundedMinor);
        given += commissionBack(part, amount);
        part = { ...part, refundedMinor: part.refundedMinor + amount };
      }
      expect(given).toBe(commissionMinor);
    }),
  );
});

test.each([
  ['nothing was paid back before', {}, 1_000, { quantity: 2, amountMinor: 666 }],
  ['one was', { refundedQuantity: 1, refundedMinor: 333 }, 667, { quantity: 2, amountMinor: 667 }],
  ['two were', { refundedQuantity: 2, refundedMinor: 666 }, 334, { quantity: 1, amountMinor: 334 }],
  ['all were', { refundedQuantity: 3, refundedMinor: 1_000 }, 0, { quantity: 0, amountMinor: 0 }],
  ['some was, beside the lines', {}, 500, { quantity: 2, amountMinor: 500 }],
  ['everything was, beside the lines', {}, 0, { quantity: 2, amountMinor: 0 }],
])('two that came back pay what is left when %s', (_, before, left, expected) => {
  const line = lineOf({ discountMinor: 0, ...before });
  expect(worthOfReturned([{ line, quantity: 2 }], left, true)).toEqual([
    { line, returned: 2, ...expected },
  ]);
});

test('lines are refunded at their value, up to what is left, the first ones first', () => {
  const lines = [2, 1].map((quantity) => ({ line: lineOf({ discountMinor: 0 }), quantity }));
  const paid = (left: number) => worthOfLines(lines, left, true).map((one) => one.amountMinor);
  expect([paid(1_000), paid(999), paid(900), paid(600), paid(0)]).toEqual([
    ...[
      [666, 333],
      [666, 333],
      [666, 234],
    ],
    ...[
      [600, 0],
      [0, 0],
    ],
  ]);
});

test('a return never refunds more than is left', () => {
  const lines = fc.array(
    fc.record({ refundedQuantity: fc.nat(3), back: fc.integer({ min: 1, max: 3 }) }),
  );
  fc.assert(
    fc.property(lines, fc.nat(3_000), (given, left) => {
      const cameBack = given.map(({ refundedQuantity, back }) => ({
        line: lineOf({ refundedQuantity, refundedMinor: 333 * refundedQuantity }),
        quantity: back,
      }));
      const paid = worthOfReturned(cameBack, left, true);
      expect(paid.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBeLessThanOrEqual(left);
      for (const { line, quantity } of paid) {
        expect(line.refundedQuantity + quantity).toBeLessThanOrEqual(line.quantity);
      }
    }),
  );
});
