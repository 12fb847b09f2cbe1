import { expect, test } from 'vitest';
import { assertExactlyOne } from './exactly-one.ts';
import { mistakesOf } from './several-errors.ts';

const refusal = (alternatives: Record<string, unknown>, path?: string[]) =>
  mistakesOf(() => assertExactlyOne(alternatives, path)).map(({ code, argumentPath }) => [
    code,
    argumentPath?.join('.'),
  ]);

test('one of several is given, and nothing counts as none', () => {
  expect(refusal({ id: 'x', slug: undefined })).toEqual([]);
  expect(refusal({ id: null, slug: 'x' })).toEqual([]);
  expect(refusal({ id: '', slug: null })).toEqual([]);
});

test.each([
  ['none', { id: null, slug: undefined }, [], 'id'],
  ['two', { id: 'x', slug: 'y' }, [], 'slug'],
  ['two of three', { id: null, slug: 'y', code: 'z' }, [], 'code'],
  ['none within an input', { id: null, slug: null }, ['input'], 'input.id'],
])('%s is refused, with its place', (_, alternatives, path, place) => {
  expect(refusal(alternatives, path)).toEqual([['EXACTLY_ONE_REQUIRED', place]]);
});
