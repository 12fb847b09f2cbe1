import { testSettings } from '@souk/testkit/settings-contract';
import { expect, test } from 'vitest';
import { createSecretKey, createSigningKey, loadConfig, settings } from '../src/index.ts';

const key = createSigningKey();
const secretKey = createSecretKey();
const environment = testSettings({
  name: 'users',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  needed: {
    ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify([key]),
    ACCOUNT_SECRET_KEYS: JSON.stringify([secretKey]),
  },
  defaults: {
    port: 4001,
    accessTokenPrivateKeys: [expect.objectContaining({ kid: key.kid })],
    accountSecretKeys: [expect.objectContaining({ kid: secretKey.kid })],
    passkeyDomain: 'localhost',
  },
});

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
  const read = () => loadConfig({ ...environment, ACCESS_TOKEN_PRIVATE_KEYS: text });
  expect(read).toThrow('ACCESS_TOKEN_PRIVATE_KEYS must');
  expect(read).not.toThrow(String(key.d));
});

test.each([
  ['no list', '{}'],
  ['a short key', JSON.stringify([{ ...secretKey, k: 'c2hvcnQ' }])],
  ['a key without kid', JSON.stringify([{ ...secretKey, kid: undefined }])],
  ['a signing key', JSON.stringify([key])],
])('keys of secrets that are %s are refused without being shown', (_, text) => {
  const read = () => loadConfig({ ...environment, ACCOUNT_SECRET_KEYS: text });
  expect(read).toThrow('ACCOUNT_SECRET_KEYS must');
  expect(read).not.toThrow(String(secretKey.k));
});
