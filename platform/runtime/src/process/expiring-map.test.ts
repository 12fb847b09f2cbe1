import { expect, test } from 'vitest';
import { createExpiringMap } from './expiring-map.ts';

const mapAt = (start: number, maxEntries = Number.POSITIVE_INFINITY) => {
  const clock = { now: start };
  return { clock, map: createExpiringMap<string>({ maxEntries, now: () => clock.now }) };
};

test('forgets an entry at its time, not before', () => {
  const { clock, map } = mapAt(1_000);
  map.set('key', 'value', 50);
  clock.now = 1_049;
  expect(map.get('key')).toBe('value');
  clock.now = 1_050;
  expect(map.get('key')).toBeUndefined();
});

test('forgets the oldest written when it is full', () => {
  const { map } = mapAt(0, 2);
  map.set('a', '1');
  map.set('b', '2');
  map.set('a', '3');
  map.set('c', '4');
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual(['3', undefined, '4']);
});

test('does not keep what nobody reads again', () => {
  const { clock, map } = mapAt(0);
  for (let index = 0; index < 1_000; index += 1) map.set(`key-${index}`, 'value', 10);
  clock.now = 60_000;
  map.set('last', 'value', 10);
  expect(map.size).toBe(1);
});
