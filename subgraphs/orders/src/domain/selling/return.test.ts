import { expect, test } from 'vitest';
import {
  canReturnBecome,
  inReturns,
  NEXT_RETURN_STATUSES,
  type Return,
  type ReturnStatus,
} from './return.ts';
import {
  canSellerOrderBecome,
  NEXT_SELLER_ORDER_STATUSES,
  SELLER_ORDER_STATUSES,
  statusOfLines,
  toShip,
} from './seller-order-status.ts';

test('from every state of a return and a part only the transitions of the table are allowed', () => {
  const legal = (Object.keys(NEXT_RETURN_STATUSES) as ReturnStatus[]).flatMap((from) =>
    NEXT_RETURN_STATUSES[from]
      .filter((to) => canReturnBecome(from, to))
      .map((to) => `${from}>${to}`),
  );
  expect(legal).toEqual([
    ...['REQUESTED>APPROVED', 'REQUESTED>DECLINED', 'REQUESTED>CANCELLED'],
    ...['APPROVED>RECEIVED', 'APPROVED>CANCELLED', 'RECEIVED>REFUNDED'],
  ]);
  const parts = SELLER_ORDER_STATUSES.flatMap((from) =>
    SELLER_ORDER_STATUSES.filter((to) => canSellerOrderBecome(from, to)).map(
      (to) => `${from}>${to}`,
    ),
  );
  expect(parts).toEqual(
    SELLER_ORDER_STATUSES.flatMap((from) =>
      NEXT_SELLER_ORDER_STATUSES[from].map((to) => `${from}>${to}`),
    ),
  );
});

const line = (
  quantity: number,
  shippedQuantity: number,
  refundedQuantity = 0,
  returnedQuantity = 0,
) => ({
  quantity,
  shippedQuantity,
  refundedQuantity,
  returnedQuantity,
});

test.each([
  ['nothing sent', [line(2, 0)], false, 'OPEN'],
  ['one of two sent', [line(2, 1)], false, 'PARTIALLY_SHIPPED'],
  ['one sent, the other paid back', [line(2, 1, 1)], false, 'SHIPPED'],
  ['all sent', [line(2, 2), line(1, 1)], false, 'SHIPPED'],
  ['all there', [line(2, 2)], true, 'DELIVERED'],
  ['nothing sent, all paid back', [line(2, 0, 2)], false, 'CANCELLED'],
  ['sent, and back again', [line(2, 2, 2, 2)], true, 'DELIVERED'],
])('a part of which there is %s', (_, lines, areDelivered, status) => {
  expect(statusOfLines('OPEN', lines, areDelivered)).toBe(status);
  expect(statusOfLines('WAITING', lines, areDelivered)).toBe('WAITING');
});

test('returned and refunded units are not to be shipped again', () => {
  expect(toShip(line(3, 2, 2, 2))).toBe(1);
});

test('refused returns do not reduce what may be returned', () => {
  const of = (status: ReturnStatus) =>
    ({ status, lines: [{ orderLineId: 'oln_1', quantity: 2 }] }) as unknown as Return;
  expect(
    inReturns([of('REQUESTED'), of('DECLINED'), of('CANCELLED'), of('REFUNDED')], 'oln_1'),
  ).toBe(4);
});
