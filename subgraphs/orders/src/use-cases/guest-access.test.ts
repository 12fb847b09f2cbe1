import { digestOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { tokenAgain, tokenFor } from './guest-access.ts';

const order = { orderId: 'ord_1', generation: 2 };
const token = tokenFor(order, 'the secret before');
const known = { ...order, digest: digestOf(token) };

test('a guest gets the same token again while secrets are rotated, and no other', () => {
  for (const ring of [
    ['the secret before'],
    ['the secret before', 'the next'],
    ['the next', 'the secret before'],
  ]) {
    expect(tokenAgain(known, ring)).toBe(token);
  }
  expect(tokenAgain(known, ['the next'])).toBeUndefined();
});
