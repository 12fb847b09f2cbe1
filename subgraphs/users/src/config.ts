import { type ConfigOf, readConfig, type Setting } from '@souk/runtime/process';
import { processSettings } from '@souk/runtime/subgraph';
import type { JWK } from 'jose';

/** The settings that are this subgraph's own; a process has the common ones besides. */
export interface UsersConfig {
  /** Ed25519 private keys: the first signs access tokens, all are published to verify them. */
  readonly accessTokenPrivateKeys: readonly JWK[];
}

const VARIABLE = 'ACCESS_TOKEN_PRIVATE_KEYS';

const signingKeys: Setting<readonly JWK[]> = {
  variable: VARIABLE,
  example: '[{"kty":"OKP","crv":"Ed25519","x":"…","d":"…","kid":"…"}]',
  required: true,
  read: (text) => {
    if (text === undefined) throw new Error('is required.');
    return parseSigningKeys(text);
  },
};

function parseSigningKeys(text: string): JWK[] {
  let keys: unknown;
  try {
    keys = JSON.parse(text);
  } catch {
    throw new Error('must be JSON.');
  }
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new Error('must be a list of at least one JSON Web Key.');
  }
  if (!keys.every(isSigningKey)) {
    throw new Error('must hold Ed25519 private keys (kty OKP) with x, d and kid only.');
  }
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) {
    throw new Error('must give every key a kid of its own.');
  }
  return keys;
}

const isSigningKey = (key: JWK | null): key is JWK =>
  key?.kty === 'OKP' &&
  key.crv === 'Ed25519' &&
  [key.x, key.d, key.kid].every((part) => typeof part === 'string' && part !== '');

export const settings = { ...processSettings('users', 4001), accessTokenPrivateKeys: signingKeys };

export type UsersProcessConfig = ConfigOf<typeof settings>;

/** Reads the environment of a users process; throws `ConfigError` with every problem. */
export const loadConfig = (env: NodeJS.ProcessEnv = process.env): UsersProcessConfig =>
  readConfig(env, settings);
