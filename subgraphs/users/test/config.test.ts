import { TEST_SEALING_KEYS } from '@souk/testkit';
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
    EVENT_SEALING_KEYS: TEST_SEALING_KEYS,
    ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify([key]),
    ACCOUNT_SECRET_KEYS: JSON.stringify([secretKey]),
  },
  defaults: {
    port: 4001,
    accessTokenPrivateKeys: [expect.objectContaining({ kid: key.kid })],
    accountSecretKeys: [expect.objectContaining({ kid: secretKey.kid })],
    passkeyDomain: 'localhost',
    identityProviders: [],
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

const provider = {
  ...{ name: 'corp', label: 'Corp', issuer: 'https://id.corp.example', clientId: 'souk' },
  ...{ clientSecret: 'not to be shown', redirectUris: ['https://souk.example/signed-in'] },
};
test.each([
  ['no list', JSON.stringify(provider)],
  ['a provider without a secret', JSON.stringify([{ ...provider, clientSecret: '' }])],
  ['one that sends nobody back', JSON.stringify([{ ...provider, redirectUris: [] }])],
  ['no JSON', '{not to be shown'],
  ['one name twice', JSON.stringify([provider, provider])],
])('identity providers that are %s are refused without being shown', (_, text) => {
  const read = () => loadConfig({ ...environment, IDENTITY_PROVIDERS: text });
  expect(read).toThrow('IDENTITY_PROVIDERS must');
  expect(read).not.toThrow('not to be shown');
});

test('identity providers are read', () => {
  const IDENTITY_PROVIDERS = JSON.stringify([provider]);
  expect(loadConfig({ ...environment, IDENTITY_PROVIDERS }).identityProviders).toEqual([provider]);
});
