import { expect, test } from 'vitest';
import type { OrderLine } from '../order.ts';
import { mayRequestReturn, sellerActions } from './part-actions.ts';
import type { Return, ReturnStatus } from './return.ts';

const part = (status: 'WAITING' | 'OPEN' | 'SHIPPED' | 'CANCELLED', refundedMinor = 0) => ({
  ...{ status, refundedMinor, totalMinor: 1_000 },
});

test.each([
  ['nothing, before it is paid', part('WAITING'), 'RESERVED', []],
  ['send or pay back what is open', part('OPEN'), 'PAID', ['FULFIL', 'REFUND']],
  [
    'call off what is open, with all of the money gone back',
    part('OPEN', 1_000),
    'PAID',
    ['FULFIL', 'REFUND'],
  ],
  ['pay back what was sent', part('SHIPPED'), 'PAID', ['REFUND']],
  ['nothing, when all of the money went back', part('SHIPPED', 1_000), 'PAID', []],
  ['pay back what is left of what was called off', part('CANCELLED', 600), 'COMPLETED', ['REFUND']],
  ['nothing, when nothing is left of it', part('CANCELLED', 1_000), 'COMPLETED', []],
  ['nothing, when it was never paid', part('CANCELLED'), 'CANCELLED', []],
] as const)('a seller may do %s', (_, of, orderStatus, actions) => {
  expect(sellerActions(of, orderStatus)).toEqual(actions);
});

const line = (given: Partial<OrderLine>) =>
  ({
    ...{ id: 'line', quantity: 3, shippedQuantity: 0, refundedQuantity: 0, returnedQuantity: 0 },
    ...given,
  }) as OrderLine;
const returns = (status: ReturnStatus, quantity: number, count = 1) =>
  Array.from({ length: count }, () => ({
    ...{ status, lines: [{ orderLineId: 'line', quantity }] },
  })) as unknown as Return[];

test.each([
  ['nothing that was not sent', line({}), [], false],
  ['what was sent', line({ shippedQuantity: 1 }), [], true],
  ['what was sent, once', line({ shippedQuantity: 2 }), returns('REQUESTED', 2), false],
  [
    'what a seller declined to take back',
    line({ shippedQuantity: 2 }),
    returns('DECLINED', 2),
    true,
  ],
  [
    'nothing that came back',
    line({ shippedQuantity: 3, refundedQuantity: 3, returnedQuantity: 3 }),
    returns('REFUNDED', 3),
    false,
  ],
  ['nothing that was paid back', line({ shippedQuantity: 3, refundedQuantity: 3 }), [], false],
  [
    'nothing in a twenty-first return',
    line({ shippedQuantity: 3 }),
    returns('CANCELLED', 1, 20),
    false,
  ],
])('a buyer sends back %s', (_, of, known, may) => {
  expect(mayRequestReturn([of], known)).toBe(may);
});
