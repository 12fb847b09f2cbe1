import { expect, test } from 'vitest';
import { countObjects } from './exact-json.ts';

const objectsIn = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, each) => sum + objectsIn(each), 0);
  return inner + (Array.isArray(value) ? 0 : 1);
};

test.each<[string, unknown]>([
  ['nothing', null],
  ['a number', 7],
  ['an object', {}],
  ['objects in lists', [{}, [{ a: {} }], 'x']],
  ['braces in strings', { a: '{{{', b: ['}{', { '{': 1 }] }],
  ['quotes in strings', { a: '"{"', b: '\\"{', c: '\\\\', d: { e: '\\' } }],
  ['empty strings', { '': '', a: ['', {}] }],
])('%s are counted as they are', (_, value) => {
  expect(countObjects(JSON.stringify(value))).toBe(objectsIn(value));
});
