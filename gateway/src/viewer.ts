import { type EndedSessions, ROLES, type Viewer } from '@souk/runtime';
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';

/** A viewer as an access token names them, until it expires. */
export interface VerifiedViewer {
  readonly viewer: Viewer;
  readonly expiresAt: Date;
}

/** Rejects, with whatever reason, when the token is not one to trust. */
export type VerifyAccessToken = (token: string) => Promise<VerifiedViewer>;

export interface AccessTokenOptions {
  /** The public keys, or the address where users publishes them as a JSON Web Key Set. */
  keys: JSONWebKeySet | URL;
  issuer?: string;
  audience?: string;
  /** Sessions whose tokens no longer count, though they have not expired. */
  endedSessions?: Pick<EndedSessions, 'has'>;
}

/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Longer texts are no tokens of ours and not worth decoding. */
const MAX_TOKEN_LENGTH = 4_096;

/** Checks access tokens as RFC 9068 and ASVS 5.0 chapter 9 ask: nothing in the token chooses how. */
export function createAccessTokenVerifier(options: AccessTokenOptions): VerifyAccessToken {
  const { keys, issuer = 'souk', audience = 'gateway', endedSessions } = options;
  const keySet =
    keys instanceof URL
      ? createRemoteJWKSet(keys, {
          cooldownDuration: 30_000,
          cacheMaxAge: 600_000,
          timeoutDuration: 2_000,
        })
      : createLocalJWKSet(keys);
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) throw new Error('too long for an access token');
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      issuer,
      audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub', 'sid'],
    });
    const { sub, sid, roles, exp } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string') throw new Error('no subject');
    if (await endedSessions?.has(sid)) throw new Error('the session has ended');
    const granted = Array.isArray(roles) ? ROLES.filter((role) => roles.includes(role)) : [];
    return {
      viewer: { userId: sub, sessionId: sid, roles: granted },
      expiresAt: new Date(Number(exp) * 1_000),
    };
  };
}

/** Where nobody can sign in, every token is refused. */
export const noAccessTokens: VerifyAccessToken = async () => {
  throw new Error('this gateway accepts no access tokens');
};

/** The token of an `Authorization` value, null when there is no value; throws when it is no bearer token. */
export function bearerTokenOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const token = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (!token) throw new Error('not a bearer token');
  return token;
}

/**
 * The token in the payload of a `connection_init`, or of a ping that refreshes it; throws when what
 * stands in its place is no text.
 */
export function tokenInPayload(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const { accessToken, authorization, Authorization } = payload as Record<string, unknown>;
  const header = authorization ?? Authorization;
  if (accessToken === undefined || accessToken === null) {
    if (header === undefined || header === null || header === '') return null;
    return bearerTokenOf(textOf(header));
  }
  return textOf(accessToken);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('a token is a string');
}
