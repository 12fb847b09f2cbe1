import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderLine, SellerOrder } from '../order.ts';
import { commissionBack, paidFor, worthOf } from './refund-amount.ts';

const lineOf = (given: Partial<OrderLine>) =>
  ({
    ...{ totalMinor: 1_000, discountMinor: 1, taxMinor: 7, quantity: 3 },
    ...{ refundedQuantity: 0, refundedMinor: 0 },
    ...given,
  }) as OrderLine;

test('however a line is paid back, in whatever steps, it sums to what was paid', () => {
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

test('so does what the platform gives back of its commission', () => {
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
