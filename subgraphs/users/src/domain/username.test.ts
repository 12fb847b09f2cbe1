import { expect, test } from 'vitest';
import { alternativesTo, isReserved, isUsername, parseUsername } from './username.ts';

test('a username is written in one way', () => {
  expect(parseUsername(' Ada_L33 ', [])).toBe('ada_l33');
});

test.each(['a', '_ada', '9lives', 'ada-l', 'ada l', 'adа', 'ada\u200b', 'é', '', 'a'.repeat(31)])(
  '"%s" is none',
  (text) => {
    expect(() => parseUsername(text, [])).toThrow('A username must have');
  },
);

test.each(['admin', 'Admin', 'adm1n', 'ad_min', '4dmin', 'r00t', 'supp0rt_', 'me', 's0uk'])(
  '"%s" is reserved',
  (text) => {
    expect(() => parseUsername(text, [])).toThrow(/reserved|begin with a letter/);
  },
);

test('a reserved word inside a longer name is no harm', () => {
  expect(isReserved('administrata')).toBe(false);
  expect(isReserved('sukie')).toBe(false);
});

test('suggested alternatives are valid usernames, however long the wish', () => {
  const wishes = alternativesTo('a'.repeat(30), [2, 99_999]);
  expect(wishes).toEqual([`${'a'.repeat(28)}_2`, `${'a'.repeat(24)}_99999`]);
  expect(wishes.every(isUsername)).toBe(true);
});
