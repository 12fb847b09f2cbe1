import { expect, test } from 'vitest';
import { rememberLatest } from './remember-latest.ts';

function counted(max: number) {
  const made: string[] = [];
  const of = rememberLatest(max, (key) => {
    made.push(key);
    return key.toUpperCase();
  });
  return { of, made };
}

test('what was asked for lately is made once', () => {
  const { of, made } = counted(2);
  expect(['a', 'b', 'a', 'b', 'a'].map(of)).toEqual(['A', 'B', 'A', 'B', 'A']);
  expect(made).toEqual(['a', 'b']);
});

test('if there are more keys than are remembered, the least recently used ones are computed again', () => {
  const { of, made } = counted(2);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) of(key);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

test('a value that could not be made is tried again', () => {
  let tries = 0;
  const of = rememberLatest(2, () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  expect(() => of('a')).toThrow('not yet');
  expect(of('a')).toBe(2);
  expect(of('a')).toBe(2);
});
