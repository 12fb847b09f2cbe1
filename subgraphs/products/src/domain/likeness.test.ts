import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editsBetween, meantBy } from './likeness.ts';

test.each([
  ['lamp', 'lamp', 0],
  ['lamp', 'lamps', 1],
  ['lamp', 'lmap', 1],
  ['shrit', 'shirt', 1],
  ['lantren', 'lantern', 1],
  ['', 'abc', 3],
  ['😀a', 'a😀', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j there are %i edits', (one, other, edits) => {
  expect(editsBetween(one, other)).toBe(edits);
});

test('it is as far back as there, and nowhere to oneself', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (one, other) => {
      expect(editsBetween(one, other)).toBe(editsBetween(other, one));
      expect(editsBetween(one, one)).toBe(0);
      expect(editsBetween(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length));
    }),
  );
});

test('the nearest word is meant, and none that is far', () => {
  expect(meantBy('shrit', ['shirt', 'shrimp', 'short'])).toBe('shirt');
  expect(meantBy('lamp', ['clamp', 'stamp'])).toBe('clamp');
  expect(meantBy('lamp', ['stampede'])).toBeNull();
  expect(meantBy('xylophone', [])).toBeNull();
});
