import { EVENTS } from '@souk/runtime/events';
import { expect, test } from 'vitest';
import {
  ownersOf,
  sentOf,
  WEBHOOK_EVENT_TYPES,
  WEBHOOK_EVENTS,
} from '../src/domain/webhook-events.ts';

/** Of people, and what opens something: no program is sent any of it. */
const NEVER =
  /email|address|code|token|secret|sealed|note|reason|excerpt|body|phone|buyerId|authorId|userId/i;

test.each(WEBHOOK_EVENT_TYPES)('%s is in the catalogue, and sends only its own fields', (type) => {
  const { consumedBy, payload } = EVENTS[type];
  expect(consumedBy).toContain('notifications');
  const known = Object.keys((payload as unknown as { shape: object }).shape);
  for (const field of WEBHOOK_EVENTS[type].fields) {
    expect(known).toContain(field);
    expect(field).not.toMatch(NEVER);
  }
});

test('the buyer and the seller hear of it, and a guest’s program does not', () => {
  const part = { buyerId: 'usr_a', sellerId: 'sel_b', refundId: 'rfd_c', orderId: 'ord_d' };
  expect(ownersOf('orders.RefundIssued', part)).toEqual(['usr_a', 'sel_b']);
  expect(ownersOf('orders.SellerOrderReceived', part)).toEqual(['sel_b']);
  expect(ownersOf('orders.OrderStatusChanged', { ...part, buyerId: null })).toEqual([]);
  expect(sentOf('orders.RefundIssued', part)).toEqual({ refundId: 'rfd_c' });
});
