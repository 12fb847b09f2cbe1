import { expect, test } from 'vitest';
import { createSignedCursors } from './signed-cursors.ts';

const cursors = createSignedCursors('a secret that is long enough for a test');

test('what was signed comes back', () => {
  const value = ['2026-01-01T00:00:00.000Z', 'prd_1', 5];
  expect(cursors.verify('products', cursors.sign('products', value))).toEqual(value);
});

test('a cursor of another list, another secret, or a changed one is refused', () => {
  const cursor = cursors.sign('products', 5);
  const bytes = Buffer.from(cursor, 'base64url');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  const stranger = createSignedCursors('another secret that is long enough here');
  for (const forged of [
    bytes.toString('base64url'),
    cursor.slice(0, 20),
    '',
    '%%%',
    'x'.repeat(10_000),
    Buffer.from('5').toString('base64url'),
    stranger.sign('products', 5),
  ]) {
    expect(() => cursors.verify('products', forged)).toThrow('does not belong here');
  }
  expect(() => cursors.verify('orders', cursor)).toThrow('does not belong here');
});

test('a ring of secrets signs by its first, and accepts what any of them signed', () => {
  const [old, fresh] = ['a secret that is to be replaced soon', 'a secret that comes in its place'];
  const [before, both, after] = [old, `${fresh},${old}`, fresh].map((ring) =>
    createSignedCursors(ring),
  );
  const known = before?.sign('products', 5) ?? '';
  const next = both?.sign('products', 6) ?? '';
  expect(both?.verify('products', known)).toBe(5);
  expect(after?.verify('products', next)).toBe(6);
  expect(() => after?.verify('products', known)).toThrow('does not belong here');
});
