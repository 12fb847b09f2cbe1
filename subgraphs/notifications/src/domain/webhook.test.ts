import { expect, test } from 'vitest';
import { checkedEventTypes, pauseAfter, waitAfter } from './webhook.ts';

test('an event is tried for about three days, less and less often', () => {
  const waits = Array.from({ length: 9 }, (_, at) => waitAfter(at + 1) as number);
  expect(waits.every((wait, at) => at === 0 || wait > (waits[at - 1] as number))).toBe(true);
  const days = waits.reduce((sum, wait) => sum + wait, 0) / 86_400;
  expect(days).toBeGreaterThan(3);
  expect(days).toBeLessThan(4);
  expect(waitAfter(10)).toBeNull();
});

test('an endpoint that fails rests a little longer each time, never long', () => {
  expect([1, 2, 3, 50].map(pauseAfter)).toEqual([5, 10, 20, 300]);
});

test('event types must be from the list, each given once', () => {
  const two = ['products.StockLow', 'orders.PayoutChanged', 'products.StockLow'];
  expect(checkedEventTypes(two)).toEqual(['orders.PayoutChanged', 'products.StockLow']);
  expect(() => checkedEventTypes([])).toThrow();
  expect(() => checkedEventTypes(['users.LoginCodeRequested'])).toThrow();
});
