import { expect, test } from 'vitest';
import { assertLength, assertText } from './text.ts';

const rule = { max: 5, path: ['text'] };

test('a text is counted in characters as people see them', () => {
  expect(() => assertText('👩‍💻'.repeat(5), rule)).not.toThrow();
  expect(() => assertText('👩‍💻'.repeat(6), rule)).toThrow('longer than 5');
  expect(() => assertText('e\u0301'.repeat(5), rule)).not.toThrow();
  expect(() => assertText('abcdef', rule)).toThrow('longer than 5');
});

test('few characters of endless marks are too long, though they are few', () => {
  expect(() => assertText(`a${'\u0301'.repeat(100)}`, rule)).toThrow('longer than 5');
});

test('what nobody can see is empty', () => {
  for (const text of [
    '',
    ' ',
    '\n\t',
    '\u00a0\u2003\u3000',
    '\u200b\u200d\u2060',
    '\u0301',
    '\ufe0f',
  ]) {
    expect(() => assertText(text, rule)).toThrow('empty');
  }
  for (const text of ['.', '中', '🍒', '1']) expect(() => assertText(text, rule)).not.toThrow();
});

test('a text of ten million characters is refused without being taken apart', () => {
  const start = performance.now();
  expect(() => assertLength('x'.repeat(10_000_000), { max: 4_000, path: [] })).toThrow('longer');
  expect(performance.now() - start).toBeLessThan(100);
});
