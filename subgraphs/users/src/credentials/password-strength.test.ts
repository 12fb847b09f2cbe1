import { dictionary } from '@zxcvbn-ts/language-common';
import { expect, test } from 'vitest';
import { createPasswordStrength } from './password-strength.ts';

const { weaknessOf } = createPasswordStrength();

test('all of the ten thousand most used passwords that are long enough are known', async () => {
  const most = dictionary['passwords-common'].slice(0, 10_000).map(String);
  const long = most.filter((password) => [...password].length >= 8);
  expect(long.length).toBeGreaterThan(1_000);
  const passed = [];
  for (const password of long) if (!(await weaknessOf(password))) passed.push(password);
  expect(passed).toEqual([]);
}, 60_000);

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
])('%j is nobody’s first guess', async (password) => {
  expect(await weaknessOf(password)).toBeNull();
});
