import { expect, test } from 'vitest';
import { isSecretId, newSecretId } from './secret-id.ts';
import { isIdOf, newId } from './typed-id.ts';

test('a secret id is an id of its kind, random from its first letter on', () => {
  const ids = Array.from({ length: 200 }, () => newSecretId('crt'));
  expect(ids.every((id) => isIdOf('crt', id) && isSecretId(id))).toBe(true);
  // Ids made by the time share their beginning for years; these share nothing.
  expect(new Set(ids.map((id) => id.slice(4, 12))).size).toBe(200);
});

test('other ids are no secrets', () => {
  expect(isSecretId(newId('ord'))).toBe(false);
  expect(isSecretId('crt_x')).toBe(false);
});
