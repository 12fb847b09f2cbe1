import { sized } from '@souk/testkit';
import { dictionary } from '@zxcvbn-ts/language-common';
import { expect, test } from 'vitest';
import { createPasswordStrength } from './password-strength.ts';

const { weaknessOf } = createPasswordStrength();

const MOST_USED = sized({ suite: 2_000, soak: 10_000 });

test(`all of the ${MOST_USED} most used passwords that are long enough are known`, async () => {
  const most = dictionary['passwords-common'].slice(0, MOST_USED).map(String);
  const long = most.filter((password) => [...password].length >= 8);
  expect(long.length).toBeGreaterThan(MOST_USED / 10);
  const passed = [];
  for (const password of long) if (!(await weaknessOf(password))) passed.push(password);
  expect(passed).toEqual([]);
});

test.each([
  ['PassWord123', 'COMMON'],
  ['p@ssw0rd1', 'COMMON'],
  ['ｐａｓｓｗｏｒｄ', 'COMMON'],
  ['passwort1', 'COMMON'],
  ['pass\u200bword\u00ad', 'COMMON'],
  ['пароль12', 'COMMON'],
  ['йцукенгш', 'COMMON'],
  ['12345678', 'COMMON'],
  ['summer2026', 'COMMON'],
  ['password'.repeat(30), 'REPEATED'],
  ['zxcvbhjk', 'KEYBOARD'],
  ['gggggggggg', 'REPEATED'],
  ['ⓧyxyxyxyxy'.slice(1), 'REPEATED'],
  ['          ', 'REPEATED'],
  ['efghijklm', 'SEQUENCE'],
])('%j is %s', async (password, weakness) => {
  expect(await weaknessOf(password)).toBe(weakness);
});

test.each([
  'a fine day for walnuts',
  'correct horse battery',
  'ключ от дома',
  'x9!kQ2_z',
  ' Crème brûlée ',
  'a sentence of which nobody would think, and then passwordpasswordpassword',
  'passwordpasswordpasswordpassword, and then a sentence of which nobody would think',
])('%j is not a common guess', async (password) => {
  expect(await weaknessOf(password)).toBeNull();
});
