import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import type { UsersConfig } from '../config.ts';

export const ALGORITHM = 'EdDSA';

/** The signer: `iss` of every token of this subgraph. */
export const ISSUER = 'souk';

/** What others verify access tokens with; served at `/.well-known/jwks.json`. */
export const publicKeys = ({
  accessTokenPrivateKeys,
}: Pick<UsersConfig, 'accessTokenPrivateKeys'>): JSONWebKeySet => ({
  keys: accessTokenPrivateKeys.map(({ kty, crv, x, kid }) => ({
    kty,
    crv,
    x,
    kid,
    alg: ALGORITHM,
    use: 'sig',
  })) as JSONWebKeySet['keys'],
});

/** A fresh key for `accessTokenPrivateKeys`. */
export function createSigningKey(): JWK {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(6).toString('base64url') };
}
