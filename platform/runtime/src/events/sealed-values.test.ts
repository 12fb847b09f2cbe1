import { expect, test } from 'vitest';
import { newSealingKeys } from './sealed-data.ts';
import { createOpenValue, createSealValue } from './sealed-values.ts';

const [old, next] = [newSealingKeys(), newSealingKeys()].map(({ publicKey, privateKey }) => ({
  publicKey,
  openingKey: Buffer.from(privateKey).toString('base64'),
})) as [Record<'publicKey' | 'openingKey', string>, Record<'publicKey' | 'openingKey', string>];

test('a sealed value shows nothing, and is never the same twice', () => {
  const seal = createSealValue({ notifications: old.publicKey });
  const [one, another] = [seal('notifications', 'ABCD2345'), seal('notifications', 'ABCD2345')];
  expect(one).not.toBe(another);
  expect(Buffer.from(one.slice(7), 'base64').toString('latin1')).not.toContain('ABCD2345');
});

test('whatever key of the ring sealed it opens it, and no other', () => {
  const open = createOpenValue([next.openingKey, old.openingKey]);
  for (const { publicKey } of [old, next]) {
    expect(open(createSealValue({ products: publicKey })('products', 'ABCD2345'))).toBe('ABCD2345');
  }
  const keys = { notifications: next.publicKey, products: old.publicKey };
  const opening = () =>
    createOpenValue([next.openingKey])(createSealValue(keys)('products', 'ABCD2345'));
  expect(opening).toThrow('not among the opening keys');
});

test('what was recorded before values were sealed is read as it is', () => {
  expect(createOpenValue([])('ABCD2345')).toBe('ABCD2345');
});

test('without a key nothing is recorded in the clear', () => {
  const seal = createSealValue({ products: next.publicKey });
  expect(() => seal('notifications', 'ABCD2345')).toThrow('EVENT_SEALING_KEYS');
});
