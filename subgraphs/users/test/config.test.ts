import { readFileSync } from 'node:fs';
import { ConfigError } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import { createSigningKey, loadConfig, settings } from '../src/index.ts';

const secrets = () => ({
  USERS_DATABASE_URL: 'postgresql://localhost/users',
  REDIS_URL: 'redis://localhost',
  CURSOR_SECRET: 'x'.repeat(32),
  INTERNAL_IDENTITY_KEYS: '{"keys":[]}',
  ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify([createSigningKey()]),
});

test('a complete environment is read', () => {
  const config = loadConfig(secrets());
  expect(config.port).toBe(4001);
  expect(config.accessTokenPrivateKeys).toHaveLength(1);
});

test('every problem is told at once', () => {
  const read = () => loadConfig({ PORT: 'four' });
  expect(read).toThrow(ConfigError);
  for (const name of ['PORT', ...Object.keys(secrets())]) expect(read).toThrow(name);
});

const key = createSigningKey();
test.each([
  ['no list', JSON.stringify(key)],
  ['an empty list', '[]'],
  ['no JSON', 'secret'],
  ['null', '[null]'],
  ['a public key', JSON.stringify([{ ...key, d: undefined }])],
  ['a key without kid', JSON.stringify([{ ...key, kid: undefined }])],
  ['a key of another curve', JSON.stringify([{ ...key, crv: 'X25519' }])],
  ['one kid twice', JSON.stringify([key, { ...createSigningKey(), kid: key.kid }])],
])('keys that are %s are refused without being shown', (_, text) => {
  const read = () => loadConfig({ ...secrets(), ACCESS_TOKEN_PRIVATE_KEYS: text });
  expect(read).toThrow('ACCESS_TOKEN_PRIVATE_KEYS must');
  expect(read).not.toThrow(String(key.d));
});

test('.env.example names every setting, and nothing else', () => {
  const file = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const named = [...file.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(
    Object.values(settings)
      .map(({ variable }) => variable)
      .sort(),
  );
});
