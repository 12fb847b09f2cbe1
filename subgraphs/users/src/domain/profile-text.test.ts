import { describe, expect, test } from 'vitest';
import { parseBio, parseDeviceLabel, parseDisplayName } from './profile-text.ts';

describe('a display name', () => {
  test.each([
    ['  Ada   Lovelace ', 'Ada Lovelace'],
    ['e\u0301lodie', 'élodie'],
    ['अनीता', 'अनीता'],
    ['می‌خواهم', 'می‌خواهم'],
    ['👨‍👩‍👧‍👦 the Smiths', '👨‍👩‍👧‍👦 the Smiths'],
    ['7', '7'],
  ])('%j is shown as %j', (text, shown) => {
    expect(parseDisplayName(text, [])).toBe(shown);
  });

  test('is counted as people count', () => {
    expect(parseDisplayName('👨‍👩‍👧‍👦'.repeat(50), [])).toBe('👨‍👩‍👧‍👦'.repeat(50));
    expect(() => parseDisplayName('👨‍👩‍👧‍👦'.repeat(51), [])).toThrow('at most 50');
  });

  test.each(['', '   ', '\u200d', '\u0301', '\u00a0'])('%j is empty', (text) => {
    expect(() => parseDisplayName(text, [])).toThrow();
  });

  test.each([
    'a\u202eb',
    'a\u2066b',
    '\u200fa',
    'a\u0000b',
    'a\nb',
    'a\u200bb',
    'a\u3164b',
    'a\ufeff',
  ])('%j hides something', (text) => {
    expect(() => parseDisplayName(text, [])).toThrow('not allowed');
  });

  test('carries no tower of marks', () => {
    expect(() => parseDisplayName(`a${'\u0316'.repeat(5)}`, [])).toThrow('marks');
  });

  test('of a megabyte is refused without counting it', () => {
    const before = performance.now();
    expect(() => parseDisplayName('a'.repeat(1_000_000), [])).toThrow('at most');
    expect(performance.now() - before).toBeLessThan(50);
  });
});

test('a bio keeps its lines, and an empty one is none', () => {
  expect(parseBio(' one\r\ntwo\rthree ', [])).toBe('one\ntwo\nthree');
  expect(parseBio(' \n ', [])).toBeNull();
});

test('a device may have no label', () => {
  expect([parseDeviceLabel(null, []), parseDeviceLabel(' ', [])]).toEqual([null, null]);
  expect(parseDeviceLabel(' Ada’s phone ', [])).toBe('Ada’s phone');
});
