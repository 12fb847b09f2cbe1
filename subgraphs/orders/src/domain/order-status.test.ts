import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  assertCanBecome,
  canBecome,
  NEXT_STATUSES,
  ORDER_STATUSES,
  type OrderStatus,
} from './order-status.ts';

test('from every state only the transitions of the table are allowed', () => {
  const legal = ORDER_STATUSES.flatMap((from) =>
    ORDER_STATUSES.filter((to) => canBecome(from, to)).map((to) => `${from}>${to}`),
  );
  expect(legal).toEqual([
    'PENDING>RESERVED',
    'PENDING>CANCELLED',
    'PENDING>REJECTED',
    'RESERVED>PAID',
    'RESERVED>CANCELLED',
    'PAID>COMPLETED',
  ]);
});

test('any attempts move an order by allowed steps only, until it is final', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...ORDER_STATUSES), { maxLength: 40 }), (tries) => {
      let status: OrderStatus = 'PENDING';
      let steps = 0;
      for (const to of tries) {
        const allowed: readonly OrderStatus[] = NEXT_STATUSES[status];
        if (allowed.includes(to)) {
          assertCanBecome(status, to);
          status = to;
          steps += 1;
        } else {
          expect(() => assertCanBecome(status, to)).toThrow(
            expect.objectContaining({ code: 'ILLEGAL_TRANSITION', data: { status, allowed } }),
          );
        }
      }
      // PENDING, RESERVED, PAID, COMPLETED: no life is longer.
      expect(steps).toBeLessThanOrEqual(3);
    }),
  );
});
