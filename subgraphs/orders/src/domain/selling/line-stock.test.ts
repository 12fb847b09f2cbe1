import fc from 'fast-check';
import { expect, test } from 'vitest';
import { droppedOf, stockOfLine } from './line-stock.ts';
import { toShip } from './seller-order-status.ts';

const unsent = {
  variantId: 'var_1',
  quantity: 5,
  shippedQuantity: 0,
  refundedQuantity: 0,
  returnedQuantity: 0,
  restockedQuantity: 0,
  lostQuantity: 0,
};

test('units refunded before shipping are released, or lost', () => {
  const line = { ...unsent, shippedQuantity: 2, refundedQuantity: 2, lostQuantity: 1 };
  expect(stockOfLine(line)).toEqual({
    variantId: 'var_1',
    shipped: 2,
    released: 1,
    lost: 1,
    restocked: 0,
  });
});

test("in any order of events a line's counts never fall and never exceed its quantity", () => {
  const step = fc.tuple(
    fc.constantFrom('ship', 'refund', 'return'),
    fc.integer({ min: 1, max: 3 }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let line = unsent;
      for (const [kind, wanted] of steps) {
        const before = stockOfLine(line);
        if (kind === 'ship') {
          const sent = Math.min(wanted, toShip(line));
          line = { ...line, shippedQuantity: line.shippedQuantity + sent };
        } else if (kind === 'refund') {
          const back = Math.min(wanted, line.quantity - line.refundedQuantity);
          line = { ...line, refundedQuantity: line.refundedQuantity + back };
        } else {
          const back = Math.min(
            ...[wanted, line.shippedQuantity - line.returnedQuantity],
            line.quantity - line.refundedQuantity,
          );
          line = {
            ...line,
            refundedQuantity: line.refundedQuantity + back,
            returnedQuantity: line.returnedQuantity + back,
          };
        }
        const after = stockOfLine(line);
        expect(after.shipped).toBeGreaterThanOrEqual(before.shipped);
        expect(after.released).toBeGreaterThanOrEqual(before.released);
        expect(line.shippedQuantity + droppedOf(line)).toBeLessThanOrEqual(line.quantity);
      }
    }),
  );
});
