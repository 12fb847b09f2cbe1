import { ACCESS_TOKEN_TTL_SECONDS } from '@souk/runtime/identity';
import { importJWK, SignJWT } from 'jose';
import type { UsersConfig } from '../config.ts';
import type { Account } from '../domain/account.ts';
import { isSuspended, type Suspendable } from '../domain/suspension.ts';
import { ALGORITHM, ISSUER } from './signing-keys.ts';

export interface AccessToken {
  readonly text: string;
  readonly expiresAt: Date;
}

/** Identifies the viewer to the gateway for ten minutes (RFC 9068). */
export type SignAccessToken = (
  account: Pick<Account, 'id' | 'roles' | 'suspendedAt' | 'suspendedUntil'>,
  sessionId: string,
  now: Date,
) => Promise<AccessToken>;

/** How long the account may change nothing: the second at which that ends, or `true`. */
const suspensionClaim = (account: Suspendable, now: Date) => {
  if (!isSuspended(account, now)) return {};
  return { sus: account.suspendedUntil ? account.suspendedUntil.getTime() / 1_000 : true };
};

export async function createAccessTokenSigner(config: UsersConfig): Promise<SignAccessToken> {
  const [signingKey] = config.accessTokenPrivateKeys;
  if (!signingKey) throw new Error('There is no key to sign access tokens with.');
  const key = await importJWK(signingKey, ALGORITHM);
  const header = { alg: ALGORITHM, typ: 'at+jwt', kid: signingKey.kid };
  return async (account, sessionId, now) => {
    const { id, roles } = account;
    const issuedAt = Math.floor(now.getTime() / 1_000);
    const expiresAt = issuedAt + ACCESS_TOKEN_TTL_SECONDS;
    const text = await new SignJWT({
      sid: sessionId,
      roles: [...roles],
      ...suspensionClaim(account, now),
    })
      .setProtectedHeader(header)
      .setIssuer(ISSUER)
      .setAudience('gateway')
      .setSubject(id)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .setJti(crypto.randomUUID())
      .sign(key);
    return { text, expiresAt: new Date(expiresAt * 1_000) };
  };
}
