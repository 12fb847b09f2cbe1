import { expect, test } from 'vitest';
import { checkedOptionalText, checkedText, checkedWhole } from './checked-text.ts';

const path = ['input', 'title'];

test('a text loses its blank ends and is composed', () => {
  expect(checkedText('  Cafe\u0301 \n', path, { max: 10 })).toBe('Café');
  expect(checkedText('a\r\nb\tc', path, { max: 10, multiline: true })).toBe('a\nb\tc');
});

test.each(['', '   ', '\n\t', '\u200b\u200d', '\u0301', '\u3000'])('“%s” says nothing', (text) => {
  expect(() => checkedText(text, path, { max: 10 })).toThrow('Say something here.');
  expect(checkedOptionalText(text, path, { max: 10 })).toBeNull();
});

test('length is counted as people count', () => {
  expect(checkedText('👨‍👩‍👧‍👦'.repeat(10), path, { max: 10 })).toHaveLength(110);
  expect(() => checkedText('👨‍👩‍👧‍👦'.repeat(11), path, { max: 10 })).toThrow('At most 10');
  expect(checkedText('x'.repeat(10), path, { max: 10 })).toHaveLength(10);
  expect(() => checkedText('x'.repeat(11), path, { max: 10 })).toThrow('At most 10');
  expect(() => checkedText(`a${'\u0301'.repeat(1_000)}`, path, { max: 10 })).toThrow('At most 10');
});

test('a megabyte is refused at once', () => {
  const started = performance.now();
  expect(() => checkedText('x'.repeat(10_000_000), path, { max: 100 })).toThrow('At most 100');
  expect(performance.now() - started).toBeLessThan(50);
});

test.each(['a\u001b[31mb', 'a\u0007b', 'a\u0085b'])('control characters are refused', (text) => {
  expect(() => checkedText(text, path, { max: 100 })).toThrow('Control');
  expect(() => checkedText(text, path, { max: 100, multiline: true })).toThrow('Control');
});

test('a line break belongs only where there are lines', () => {
  expect(() => checkedText('a\nb', path, { max: 10 })).toThrow('Control');
  expect(checkedOptionalText(null, path, { max: 10 })).toBeNull();
  expect(checkedOptionalText('x', path, { max: 10 })).toBe('x');
});

test('a whole number is whole, and within its bounds', () => {
  expect(checkedWhole(3, path, { min: 1, max: 3 })).toBe(3);
  for (const value of [0, 4, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => checkedWhole(value, path, { min: 1, max: 3 })).toThrow('from 1 to 3');
  }
});
