import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderStatus } from '../order-status.ts';
import { nextCall } from './next-call.ts';
import {
  canPaymentBecome,
  NEXT_PAYMENT_STATUSES,
  orderPaymentStatus,
  PAYMENT_STATUSES,
  type PaymentStatus,
} from './payment-status.ts';

test('messages in any order, any number of times, lead to one state', () => {
  const told = ['ACTION_REQUIRED', 'AUTHORIZED', 'CAPTURED'] as const;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...told), { maxLength: 20 }), (messages) => {
      const all = [...messages, ...told].reduce<PaymentStatus>(
        (status, next) => (canPaymentBecome(status, next) ? next : status),
        'PENDING',
      );
      expect(all).toBe('CAPTURED');
    }),
  );
});

test('nothing leads back', () => {
  const reach = (from: PaymentStatus): Set<PaymentStatus> =>
    new Set(NEXT_PAYMENT_STATUSES[from].flatMap((next) => [next, ...reach(next)]));
  for (const status of PAYMENT_STATUSES) expect(reach(status).has(status)).toBe(false);
});

test.each<[PaymentStatus[], string]>([
  [[], 'UNPAID'],
  [['PENDING'], 'UNPAID'],
  [['FAILED'], 'FAILED'],
  [['FAILED', 'PENDING'], 'UNPAID'],
  [['ACTION_REQUIRED', 'FAILED'], 'ACTION_REQUIRED'],
  [['AUTHORIZED', 'FAILED'], 'AUTHORIZED'],
  [['VOIDED', 'CAPTURED'], 'PAID'],
  [['CAPTURED', 'REFUNDED'], 'PAID'],
  [['PARTIALLY_REFUNDED'], 'PARTIALLY_REFUNDED'],
  [['REFUNDED'], 'REFUNDED'],
])('payments %j make an order %s', (payments, status) => {
  expect(orderPaymentStatus(payments)).toBe(status);
});

describe('requests to a provider', () => {
  const payment = (status: PaymentStatus, given = {}) => ({
    id: 'pay_1',
    status,
    attempts: 0,
    captureAskedAt: null as Date | null,
    amountMinor: 1_500,
    heldMinor: null as number | null,
    ...given,
  });
  const asked = { captureAskedAt: new Date(0) };
  const other = (status: PaymentStatus, given = {}) => payment(status, { id: 'pay_2', ...given });

  test.each<
    [string, ReturnType<typeof payment>, OrderStatus, ReturnType<typeof payment>[], string | null]
  >([
    ['one that was not begun', payment('PENDING'), 'PENDING', [], 'BEGIN'],
    ['one that was not begun, of an order that is off', payment('PENDING'), 'CANCELLED', [], null],
    ['one that may have been begun', payment('PENDING', { attempts: 1 }), 'CANCELLED', [], 'BEGIN'],
    ['one that waits for its client', payment('ACTION_REQUIRED'), 'RESERVED', [], null],
    ['the same, of an order that is off', payment('ACTION_REQUIRED'), 'REJECTED', [], 'VOID'],
    ['an authorized one before there is stock', payment('AUTHORIZED'), 'PENDING', [], null],
    ['an authorized one', payment('AUTHORIZED'), 'RESERVED', [], 'CAPTURE'],
    ['an authorized one of an order that is off', payment('AUTHORIZED'), 'CANCELLED', [], 'VOID'],
    [
      'an authorized one beside one that was taken',
      payment('AUTHORIZED'),
      'PAID',
      [other('CAPTURED')],
      'VOID',
    ],
    [
      'one beside one that may be taken',
      payment('AUTHORIZED'),
      'RESERVED',
      [other('AUTHORIZED', asked)],
      null,
    ],
    [
      'one beside one that failed to be',
      payment('AUTHORIZED'),
      'RESERVED',
      [other('FAILED', asked)],
      'CAPTURE',
    ],
    [
      'one that may be taken, though the order is off',
      payment('AUTHORIZED', asked),
      'CANCELLED',
      [],
      'VOID',
    ],
    ['one that may be taken', payment('AUTHORIZED', asked), 'RESERVED', [], 'CAPTURE'],
    [
      'one of which the provider holds what is to be paid',
      payment('AUTHORIZED', { heldMinor: 1_500 }),
      'RESERVED',
      [],
      'CAPTURE',
    ],
    [
      'one of which it holds less',
      payment('AUTHORIZED', { heldMinor: 1_499 }),
      'PENDING',
      [],
      'VOID',
    ],
    [
      'one of which it holds more',
      payment('AUTHORIZED', { heldMinor: 1_501 }),
      'PENDING',
      [],
      'VOID',
    ],
    [
      'one beside one of too little that was taken',
      payment('AUTHORIZED'),
      'RESERVED',
      [other('CAPTURED', { heldMinor: 1 })],
      'CAPTURE',
    ],
    [
      'one beside one that went back',
      payment('AUTHORIZED'),
      'RESERVED',
      [other('REFUNDED', asked)],
      'CAPTURE',
    ],
    ['one that was taken', payment('CAPTURED'), 'PAID', [], null],
  ])('about %s', (_, one, status, others, call) => {
    expect(nextCall(one, { status }, [one, ...others])).toBe(call);
  });
});
