import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fulfilment, increased, movesOf, newUnitsOf } from './fulfilment.ts';

const none: Fulfilment = { shipped: 0, released: 0, lost: 0, restocked: 0 };

describe('what happens to reserved units', () => {
  test('removes shipped units from stock, and releases units that will never ship', () => {
    expect(movesOf({ shipped: 2, released: 1, lost: 1, restocked: 0 }, { onHand: 10 })).toEqual([
      { reason: 'SALE', adjustmentReason: null, onHandDelta: -2, reservedDelta: -2 },
      { reason: 'RELEASE', adjustmentReason: null, onHandDelta: 0, reservedDelta: -1 },
      { reason: 'ADJUSTMENT', adjustmentReason: 'LOST', onHandDelta: -1, reservedDelta: -1 },
    ]);
  });

  test('puts returned units back', () => {
    expect(movesOf({ ...none, restocked: 3 }, { onHand: 0 })).toEqual([
      { reason: 'RETURN', adjustmentReason: null, onHandDelta: 3, reservedDelta: 0 },
    ]);
  });

  test('removes no more than there is of a product sold without limit', () => {
    expect(movesOf({ ...none, shipped: 5 }, { onHand: 2 })).toMatchObject([
      { reason: 'SALE', onHandDelta: -2, reservedDelta: -5 },
    ]);
  });
});

test('received in any order and any number of times, each unit moves once', () => {
  const grown = fc
    .array(
      fc.record({ shipped: fc.nat(2), released: fc.nat(2), lost: fc.nat(1), restocked: fc.nat(1) }),
    )
    .map((steps) => {
      let total = none;
      return steps.map((step) => {
        total = increased(total, step);
        return total;
      });
    });
  const received = grown.chain((totals) =>
    fc.shuffledSubarray([...totals, ...totals], { minLength: totals.length * 2 }),
  );
  fc.assert(
    fc.property(received, (events) => {
      let known = none;
      let moved = none;
      for (const totals of events) {
        const units = newUnitsOf(known, totals);
        moved = increased(moved, units);
        known = increased(known, units);
      }
      const largest = (key: keyof Fulfilment) => Math.max(0, ...events.map((one) => one[key]));
      expect(moved).toEqual({
        shipped: largest('shipped'),
        released: largest('released'),
        lost: largest('lost'),
        restocked: largest('restocked'),
      });
    }),
  );
});
