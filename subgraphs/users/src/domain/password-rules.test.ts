import type { DomainError } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { assertAcceptablePassword, isHashable } from './password-rules.ts';

const owner = {
  username: 'ada_lovelace',
  displayName: 'Augusta King',
  email: 'countess.of@example.com',
};
const verdict = (password: string) => {
  try {
    assertAcceptablePassword(password, owner, ['password']);
    return 'OK';
  } catch (error) {
    return (error as DomainError).code;
  }
};

test.each([
  ['a fine day for walnuts', 'OK'],
  ['ключ от дома', 'OK'],
  ['x9!kQ2_z', 'OK'],
  ['🔑'.repeat(4).concat('walnut'), 'OK'],
  ['wa1nut!'.repeat(36), 'OK'],
  ['e\u0301'.repeat(256), 'OK'],
  ['x9!kQ2_', 'PASSWORD_TOO_SHORT'],
  ['e\u0301'.repeat(7), 'PASSWORD_TOO_SHORT'],
  ['🔑🔑🔑🔑', 'PASSWORD_TOO_SHORT'],
  ['', 'PASSWORD_TOO_SHORT'],
  ['wa1nut!'.repeat(36).concat('abcde'), 'PASSWORD_TOO_LONG'],
  ['x'.repeat(1_000_000), 'PASSWORD_TOO_LONG'],
  ['Ada_Lovelace', 'PASSWORD_TOO_COMMON'],
  ['1 ada lovelace!', 'PASSWORD_TOO_COMMON'],
  ['my AUGUSTA 77', 'PASSWORD_TOO_COMMON'],
  ['king of hearts', 'PASSWORD_TOO_COMMON'],
  ['Countess.Of@example.com', 'PASSWORD_TOO_COMMON'],
  ['xx-countessof-xx', 'PASSWORD_TOO_COMMON'],
  ['souk-demo-2026', 'PASSWORD_TOO_COMMON'],
  ['i love SOUK so much', 'PASSWORD_TOO_COMMON'],
])('%j: %s', (password, expected) => {
  expect(verdict(password)).toBe(expected);
});

test('256 characters of any kind are hashed', () => {
  expect([isHashable('🔑'.repeat(256)), isHashable('🔑'.repeat(257))]).toEqual([true, false]);
});
