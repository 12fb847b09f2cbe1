import { createLocalJWKSet, errors, importJWK, jwtVerify, SignJWT } from 'jose';
import type { UsersConfig } from '../config.ts';
import { ALGORITHM, ISSUER, publicKeys } from './signing-keys.ts';

/** What a mail's token says: this account reads this address. */
export interface VerifiedAddress {
  readonly userId: string;
  /** In canonical form. */
  readonly email: string;
}

export interface VerificationTokens {
  sign(address: VerifiedAddress, now: Date): Promise<{ token: string; expiresAt: string }>;
  /** The address a token was made for, or what is wrong with the token. */
  open(token: string, now: Date): Promise<VerifiedAddress | 'expired' | 'invalid'>;
}

const TYPE = 'email-verification+jwt';
const AUDIENCE = 'users';
const TTL_SECONDS = 24 * 3_600;
/** Longer than any of ours; nothing beyond is worth parsing. */
const MAX_LENGTH = 2_048;

/** Tokens nobody stores: bound to account and address, so a changed address voids them. */
export async function createVerificationTokens(config: UsersConfig): Promise<VerificationTokens> {
  const [signingKey] = config.accessTokenPrivateKeys;
  if (!signingKey) throw new Error('There is no key to sign tokens with.');
  const key = await importJWK(signingKey, ALGORITHM);
  const keySet = createLocalJWKSet(publicKeys(config));
  return {
    sign: async ({ userId, email }, now) => {
      const expiresAt = Math.floor(now.getTime() / 1_000) + TTL_SECONDS;
      const token = await new SignJWT({ email })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signingKey.kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { token, expiresAt: new Date(expiresAt * 1_000).toISOString() };
    },
    open: async (token, now) => {
      if (token.length > MAX_LENGTH) return 'invalid';
      try {
        const { payload } = await jwtVerify(token, keySet, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: AUDIENCE,
          currentDate: now,
          requiredClaims: ['exp', 'sub', 'email'],
        });
        return { userId: String(payload.sub), email: String(payload.email) };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return 'expired';
        if (error instanceof errors.JOSEError) return 'invalid';
        throw error;
      }
    },
  };
}
