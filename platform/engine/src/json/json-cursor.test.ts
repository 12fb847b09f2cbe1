import { describe, expect, test } from 'vitest';
import { MalformedJson, readKey, readRaw } from './json-cursor.ts';

describe('values are passed over exactly', () => {
  test.each([
    '"plain"',
    '""',
    '"quote \\" inside"',
    '"ends with a backslash \\\\"',
    '"\\\\\\""',
    '"brackets }]{[ and , :"',
    '-12.5e+10',
    '0',
    'true',
    'false',
    'null',
    '{}',
    '[]',
    '{"a":[1,{"b":"}"}],"c":null}',
    '[[],[[]],{"x":{}}]',
  ])('%s', (value) => {
    for (const [before, after] of [
      ['', ''],
      [' \n\t\r', ' ,"next"'],
      ['', '}'],
    ]) {
      const cursor = { text: `${before}${value}${after}`, at: 0 };
      expect(readRaw(cursor)).toBe(value);
      expect(cursor.at).toBe(`${before}${value}`.length);
    }
  });
});

describe('a text that is no JSON is refused', () => {
  test.each([
    '',
    '"open',
    '"open \\"',
    '{',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    '[1 2]',
    '[1,',
    'nul',
    '+1',
    '}',
  ])('%s', (text) => {
    expect(() => readRaw({ text, at: 0 })).toThrow(MalformedJson);
  });
});

test('names of members are unescaped', () => {
  const cursor = { text: '"n\\u0061me" : 1', at: 0 };
  expect(readKey(cursor)).toBe('name');
  expect(readRaw(cursor)).toBe('1');
});
