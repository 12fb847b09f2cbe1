import type { DomainError } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { assertStrongPassword, isHashable } from './password-rules.ts';

const owner = { username: 'ada_lovelace', email: 'countess@example.com' };
const verdict = (password: string) => {
  try {
    assertStrongPassword(password, owner);
    return 'OK';
  } catch (error) {
    return (error as DomainError).code;
  }
};

test.each([
  ['a fine day for walnuts', 'OK'],
  ['souk-demo-2026', 'OK'],
  ['ключ от дома', 'OK'],
  ['x9!kQ2_z', 'OK'],
  ['🔑'.repeat(4).concat('walnut'), 'OK'],
  ['wa1nut!'.repeat(18), 'OK'],
  ['x9!kQ2_', 'PASSWORD_TOO_SHORT'],
  ['🔑🔑🔑🔑', 'PASSWORD_TOO_SHORT'],
  ['', 'PASSWORD_TOO_SHORT'],
  ['wa1nut!'.repeat(18).concat('abc'), 'PASSWORD_TOO_LONG'],
  ['x'.repeat(1_000_000), 'PASSWORD_TOO_LONG'],
  ['PassWord123', 'PASSWORD_TOO_COMMON'],
  ['ｐａｓｓｗｏｒｄ', 'PASSWORD_TOO_COMMON'],
  ['12345678', 'PASSWORD_TOO_COMMON'],
  ['87654321', 'PASSWORD_TOO_COMMON'],
  ['qwertyuiop', 'PASSWORD_TOO_COMMON'],
  ['aaaaaaaaaa', 'PASSWORD_TOO_COMMON'],
  ['abababab', 'PASSWORD_TOO_COMMON'],
  ['123123123', 'PASSWORD_TOO_COMMON'],
  ['          ', 'PASSWORD_TOO_COMMON'],
  ['Ada_Lovelace', 'PASSWORD_TOO_COMMON'],
  ['Countess@example.com', 'PASSWORD_TOO_COMMON'],
  ['countess', 'PASSWORD_TOO_COMMON'],
])('%j: %s', (password, expected) => {
  expect(verdict(password)).toBe(expected);
});

test('128 characters are hashed, whatever they are made of', () => {
  expect([isHashable('🔑'.repeat(128)), isHashable('🔑'.repeat(129))]).toEqual([true, false]);
});
