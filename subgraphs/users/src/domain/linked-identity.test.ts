import { expect, test } from 'vitest';
import { usernameFrom } from './linked-identity.ts';
import { isReserved, isUsername } from './username.ts';

test.each([
  ['Ada.Lovelace', 'x@example.com', 'ada_lovelace'],
  ['José', 'x@example.com', 'jose'],
  ['admin', 'countess@example.com', 'countess'],
  [null, 'Ada+souk@example.com', 'ada_souk'],
  ['_1_', '42@example.com', 'newcomer'],
  ['阿达', '阿达@example.com', 'newcomer'],
  ['a'.repeat(60), 'x@example.com', 'a'.repeat(24)],
])('%j at %j is called %s', (preferred, email, name) => {
  expect(usernameFrom(preferred, email)).toBe(name);
  expect(isUsername(name) && !isReserved(name)).toBe(true);
});
