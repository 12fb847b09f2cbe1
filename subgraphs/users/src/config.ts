import {
  type ConfigOf,
  optional,
  readConfig,
  type Setting,
  text,
  url,
} from '@souk/runtime/process';
import { processSettings, sealingSettings } from '@souk/runtime/subgraph';
import type { JWK } from 'jose';
import { type IdentityProviderConfig, identityProviders } from './identity-provider-settings.ts';

/** The settings that are specific to this subgraph; a process also has the common ones. */
export interface UsersConfig {
  /** Ed25519 private keys: the first signs access tokens, all are published to verify them. */
  readonly accessTokenPrivateKeys: readonly JWK[];
  /** 256-bit keys: the first encrypts the secrets of authenticator apps, all decrypt them. */
  readonly accountSecretKeys: readonly JWK[];
  /** The site that passkeys belong to (WebAuthn's relying party), such as souk.example. */
  readonly passkeyDomain: string;
  /** The origins of its pages, separated by commas; by default https:// and the domain. */
  readonly passkeyOrigins?: string | undefined;
  /** Other providers that people can sign in with (OpenID Connect). */
  readonly identityProviders?: readonly IdentityProviderConfig[];
  /** Where clients reach `/uploads/` and `/media/`. */
  readonly mediaUrl?: string | (() => string) | undefined;
  /** The folder that keeps files when no bucket is configured. */
  readonly mediaFolder?: string | undefined;
  /** The bucket that keeps files, of S3 or a compatible service. */
  readonly mediaBucket?: string | undefined;
  readonly mediaEndpoint?: string | undefined;
  readonly mediaRegion?: string | undefined;
}

interface KeyRing {
  readonly variable: string;
  readonly example: string;
  readonly isKey: (key: JWK | null) => key is JWK;
  /** What the list must contain, for error messages. */
  readonly holds: string;
}

/** Where a users process answers unless configured otherwise. */
export const DEFAULT_MEDIA_URL = 'http://localhost:4001';

const keyRing = ({ variable, example, isKey, holds }: KeyRing): Setting<readonly JWK[]> => ({
  variable,
  example,
  required: true,
  read: (text) => {
    if (text === undefined) throw new Error('is required.');
    return parseKeys(text, isKey, holds);
  },
});

function parseKeys(text: string, isKey: KeyRing['isKey'], holds: string): JWK[] {
  let keys: unknown;
  try {
    keys = JSON.parse(text);
  } catch {
    throw new Error('must be JSON.');
  }
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new Error('must be a list of at least one JSON Web Key.');
  }
  if (!keys.every(isKey)) throw new Error(`must hold ${holds} only.`);
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) {
    throw new Error('must give every key a kid of its own.');
  }
  return keys;
}

const isSigningKey = (key: JWK | null): key is JWK =>
  key?.kty === 'OKP' &&
  key.crv === 'Ed25519' &&
  [key.x, key.d, key.kid].every((part) => typeof part === 'string' && part !== '');

const isEncryptionKey = (key: JWK | null): key is JWK =>
  key?.kty === 'oct' &&
  typeof key.kid === 'string' &&
  key.kid !== '' &&
  typeof key.k === 'string' &&
  Buffer.from(key.k, 'base64url').length === 32;

export const settings = {
  ...processSettings('users', 4001),
  ...sealingSettings,
  accessTokenPrivateKeys: keyRing({
    variable: 'ACCESS_TOKEN_PRIVATE_KEYS',
    example: '[{"kty":"OKP","crv":"Ed25519","x":"…","d":"…","kid":"…"}]',
    isKey: isSigningKey,
    holds: 'Ed25519 private keys (kty OKP) with x, d and kid',
  }),
  accountSecretKeys: keyRing({
    variable: 'ACCOUNT_SECRET_KEYS',
    example: '[{"kty":"oct","k":"…","kid":"…"}]',
    isKey: isEncryptionKey,
    holds: '256-bit keys (kty oct) with k and kid',
  }),
  identityProviders,
  passkeyDomain: text('PASSKEY_DOMAIN', 'localhost'),
  passkeyOrigins: optional(
    text('PASSKEY_ORIGINS', undefined, 'https://souk.example,https://shop.souk.example'),
  ),
  mediaUrl: url('MEDIA_URL', DEFAULT_MEDIA_URL),
  mediaFolder: text('MEDIA_FOLDER', '.data/media'),
  mediaBucket: optional(text('MEDIA_BUCKET', undefined, 'souk-media')),
  mediaEndpoint: optional(url('MEDIA_ENDPOINT', undefined, 'https://s3.example.com')),
  mediaRegion: text('MEDIA_REGION', 'us-east-1'),
};

export type UsersProcessConfig = ConfigOf<typeof settings>;

/** Reads the environment of a users process; throws `ConfigError` with every problem. */
export const loadConfig = (env: NodeJS.ProcessEnv = process.env): UsersProcessConfig =>
  readConfig(env, settings);
