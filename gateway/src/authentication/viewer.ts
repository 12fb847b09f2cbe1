import { ROLES, type Viewer } from '@souk/runtime/domain';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { AccessTokenKeys } from './access-token-keys.ts';
import { rememberingSignatures } from './remembered-signatures.ts';
import type { Confirm, SessionStates } from './session-states.ts';

/** A viewer as an access token names them, until it expires. */
export interface VerifiedViewer {
  readonly viewer: Viewer;
  readonly expiresAt: Date;
  /** Present when the session may have ended a moment ago: must be called before data is changed. */
  readonly confirm?: Confirm;
  /**
   * Present when the credential does not expire soon, such as an API key. Rejects when it now gives other
   * rights, or with IdentityUnavailable. For long-lived connections. Answers from before `since`
   * (performance.now(), which is finer than a clock) are not reused.
   */
  readonly assertUnchanged?: (since?: number) => Promise<void>;
}

/** Rejects when the token is not valid; with IdentityUnavailable when that cannot be determined. */
export type VerifyAccessToken = (token: string) => Promise<VerifiedViewer>;

export interface AccessTokenOptions {
  /** The public keys, or how to find them (`createAccessTokenKeys`). */
  keys: JSONWebKeySet | AccessTokenKeys;
  issuer?: string;
  audience?: string;
}

/** Seconds of clock difference that are tolerated. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Longer texts are not our tokens and are not decoded. */
const MAX_TOKEN_LENGTH = 4_096;

/**
 * Checks access tokens as RFC 9068 and ASVS 5.0 chapter 9 require: nothing in the token chooses how it is
 * checked.
 */
export function createAccessTokenVerifier(options: AccessTokenOptions): VerifyAccessToken {
  const { keys, issuer = 'souk', audience = 'gateway' } = options;
  const keySet = typeof keys === 'function' ? keys : createLocalJWKSet(keys);
  const claimsOf = rememberingSignatures(keySet, CLOCK_TOLERANCE_SECONDS, (token) =>
    jwtVerify(token, keySet, {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      issuer,
      audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub', 'sid'],
    }),
  );
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) throw new Error('too long for an access token');
    const payload = await claimsOf(token);
    const { sub, sid, roles, exp, sus } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string') throw new Error('no subject');
    const granted = Array.isArray(roles) ? ROLES.filter((role) => roles.includes(role)) : [];
    return {
      viewer: {
        userId: sub,
        sessionId: sid,
        roles: granted,
        ...(isSuspendedBy(sus, new Date()) ? { suspended: true } : {}),
      },
      expiresAt: new Date(Number(exp) * 1_000),
    };
  };
}

/** A suspension is given as the second at which it ends, or as `true` when it has no end. */
const isSuspendedBy = (claim: unknown, now: Date): boolean =>
  claim === true || (typeof claim === 'number' && claim * 1_000 > now.getTime());

/** Refuses tokens of sessions that have ended, even if the tokens have not expired. */
export const ofOpenSessions =
  (verify: VerifyAccessToken, sessions: SessionStates): VerifyAccessToken =>
  async (token) => {
    const verified = await verify(token);
    const confirm = await sessions.assertOpen(verified.viewer.sessionId);
    return confirm ? { ...verified, confirm } : verified;
  };

/** For a gateway without sign-in: every token is refused. */
export const noAccessTokens: VerifyAccessToken = async () => {
  throw new Error('this gateway accepts no access tokens');
};

/**
 * The token of an `Authorization` value, null without a value; throws when the value is not a bearer token.
 */
export function bearerTokenOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const token = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (!token) throw new Error('not a bearer token');
  return token;
}

/**
 * The token in the payload of a `connection_init` or of a ping that refreshes it; throws when it is not text.
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
