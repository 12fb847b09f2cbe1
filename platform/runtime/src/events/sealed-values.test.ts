import { expect, test } from 'vitest';
import { newSealingKeys } from './sealed-data.ts';
import { createOpenValue, createSealValue } from './sealed-values.ts';

const [old, next] = [newSealingKeys(), newSealingKeys()].map(({ publicKey, privateKey }) => ({
  publicKey,
  openingKey: Buffer.from(privateKey).toString('base64'),
})) as [Record<'publicKey' | 'openingKey', string>, Record<'publicKey' | 'openingKey', string>];

test('a sealed value shows nothing, and is never the same twice', () => {
  const seal = createSealValue(old.publicKey);
  const [one, another] = [seal('ABCD2345'), seal('ABCD2345')];
  expect(one).not.toBe(another);
  expect(Buffer.from(one.slice(7), 'base64').toString('latin1')).not.toContain('ABCD2345');
});

test('whatever key of the ring sealed it opens it, and no other', () => {
  const open = createOpenValue([next.openingKey, old.openingKey]);
  for (const { publicKey } of [old, next]) {
    expect(open(createSealValue(publicKey)('ABCD2345'))).toBe('ABCD2345');
  }
  const opening = () => createOpenValue([next.openingKey])(createSealValue(old.publicKey)('x'));
  expect(opening).toThrow('not among EVENT_OPENING_KEYS');
});

test('what was recorded before values were sealed is read as it is', () => {
  expect(createOpenValue([])('ABCD2345')).toBe('ABCD2345');
});

test('without a key nothing is recorded in the clear', () => {
  expect(() => createSealValue(undefined)('ABCD2345')).toThrow('EVENT_SEALING_KEY');
});
