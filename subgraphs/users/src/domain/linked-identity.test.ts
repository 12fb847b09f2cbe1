import { expect, test } from 'vitest';
import { shownName, usernameFrom } from './linked-identity.ts';
import { isReserved, isUsername } from './username.ts';

test.each([
  ['Ada.Lovelace', 'x@example.com', 'ada_lovelace'],
  ['José', 'x@example.com', 'jose'],
  ['a'.repeat(60), 'x@example.com', 'a'.repeat(24)],
])('%j at %j is called %s', (preferred, email, name) => {
  expect(usernameFrom(preferred, email)).toBe(name);
  expect(isUsername(name) && !isReserved(name)).toBe(true);
});

test.each([
  ['nothing', null, 'countess@example.com'],
  ['their address', 'Ada@Example.com', 'ada@example.com'],
  ['another address of theirs', 'ada@work.example', 'countess@example.com'],
  ['an address as wide signs write it', 'ada＠work.example', 'countess@example.com'],
  ['what stands before the @ of it', 'Ada.Souk', 'ada+souk@example.com'],
  ['a reserved name', 'admin', 'countess@example.com'],
  ['nothing but digits', '_1_', '42@example.com'],
  ['a name in other letters', '阿达', '阿达@example.com'],
])("a provider's name %s is not used as a name, nor is the address", (...given) => {
  const [, preferred, email] = given;
  expect(usernameFrom(preferred, email)).toBeNull();
});

test.each([
  ['Nia Okafor', 'Nia Okafor'],
  ["  Zoë O'Hara-Smith, Jr. ", "Zoë O'Hara-Smith, Jr."],
  ['<b>Bo</b>', 'bBob'],
  ['win at evil.example', null],
  ['nia@mail.example', null],
  ['nia＠localhost', null],
  ['\u202E', null],
  [null, null],
])('the name %j is shown as %j', (name, shown) => {
  expect(shownName(name)).toBe(shown);
});
