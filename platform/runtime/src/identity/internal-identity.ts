import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import { digestOf } from '../domain/digest.ts';
import { rememberLatest } from '../domain/remember-latest.ts';
import {
  API_KEY_SCOPES,
  type ApiKeyScope,
  ROLES,
  type Role,
  type Viewer,
} from '../domain/viewer.ts';

/**
 * The identity that a gateway attaches to each request to a subgraph: who asks, which subgraph, with which
 * body. A pattern of OWASP's Microservices Security cheat sheet. Anonymous requests are signed too, so a
 * missing token always means "not from the gateway".
 */
export interface InternalIdentity {
  viewer: Viewer | null;
  requestId: string;
  /** A subscription for everybody whom the subgraph lets in; it has no viewer. */
  shared?: boolean;
  /** Speaks for several viewers, whom the signed body names; it has no viewer of its own. */
  many?: boolean;
  /**
   * The address of a mutation's client: its IPv4 address, or the network of its IPv6 one. Absent when there
   * is no client.
   */
  clientAddress?: string;
  /** How a mutation's client names itself (User-Agent), shown to people who look through their sessions. */
  userAgent?: string;
}

export interface SignedFor {
  /** The subgraph that may accept it. */
  audience: string;
  /** The exact bytes of the request to which the identity is bound. */
  body: string | Uint8Array;
  operationType: 'query' | 'mutation' | 'subscription';
  /** The name of the connection by which alone it may come (`nameConnections`). */
  connection?: string | undefined;
}

export interface VerifiedIdentity extends InternalIdentity {
  operationType: string;
  /** Unique per token; remembered for mutations so that none is replayed. */
  tokenId: string;
  /** The connection by which alone it may come, where it is bound to one. */
  connection?: string;
  /** Throws unless these are the bytes for which the token was made. */
  assertBody(body: string | Uint8Array): void;
}

export const INTERNAL_TOKEN_HEADER = 'x-internal-token';
/** By which a subgraph tells a gateway the name of the connection between them. */
export const CONNECTION_HEADER = 'x-internal-connection';
/** Seconds; long enough for one hop with skewed clocks, short enough to make replay useless. */
export const INTERNAL_TOKEN_TTL_SECONDS = 30;
const TYPE = 'internal+jwt';
const ALGORITHM = 'EdDSA';
const CURVE = 'Ed25519';
const ISSUER = 'gateway';

export type SignIdentity = (identity: InternalIdentity, request: SignedFor) => string;

/**
 * `privateKey` is an Ed25519 JWK with a `kid`; `issuer` is the signing process. Each request to a subgraph
 * waits for its signature, so it is made synchronously (RFC 7515, section 7.1): jose uses WebCrypto, which
 * passes it to another thread, and that takes longer than the signing.
 *
 * @throws TypeError when the key is invalid, or not for Ed25519
 */
export function createIdentitySigner(privateKey: JWK, issuer = ISSUER): SignIdentity {
  const key = createPrivateKey({ key: { ...privateKey }, format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not a key for Ed25519');
  const head = encoded({ alg: ALGORITHM, typ: TYPE, kid: privateKey.kid });
  return (
    { viewer, requestId, shared, many, clientAddress, userAgent },
    { audience, body, operationType, connection },
  ) => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = encoded({
      sub: viewer?.userId,
      sid: viewer?.sessionId,
      roles: viewer?.roles,
      sus: viewer?.suspended,
      scp: viewer?.apiKeyScopes,
      rid: requestId,
      shr: shared ? true : undefined,
      mny: many ? true : undefined,
      adr: clientAddress,
      uag: userAgent,
      bh: digestOf(body),
      op: operationType,
      con: connection,
      iss: issuer,
      aud: audience,
      iat: now,
      exp: now + INTERNAL_TOKEN_TTL_SECONDS,
      jti: randomUUID(),
    });
    const signature = sign(null, Buffer.from(`${head}.${claims}`), key);
    return `${head}.${claims}.${signature.toString('base64url')}`;
  };
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

const decoded = (part: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return value as Record<string, unknown>;
};

/** Throws unless a gateway signed it, for this subgraph, recently, and completely. */
function assertHolds(claims: Readonly<Record<string, unknown>>, audience: string): void {
  const { iss, aud, exp, iat, jti, bh, rid, op } = claims;
  const now = Math.floor(Date.now() / 1_000);
  const isWhole = [jti, bh, rid, op].every((claim) => typeof claim === 'string');
  if (!isWhole || typeof exp !== 'number' || typeof iat !== 'number') {
    throw new Error('a claim is missing');
  }
  if (iss !== ISSUER || aud !== audience) throw new Error('not said by a gateway, or to another');
  if (exp + CLOCK_TOLERANCE_SECONDS <= now) throw new Error('expired');
}

export type VerifyIdentity = (token: string) => Promise<VerifiedIdentity>;

/** Seconds by which the clocks of gateway and subgraph may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Token headers that are remembered: a gateway writes one for each of its keys. */
const MOST_HEADS = 100;

/**
 * Verifies tokens for one subgraph against the gateways' public keys, synchronously (RFC 7515, section 5.2):
 * jose uses WebCrypto, which passes each to another thread. That costs more than half as much again as the
 * verification, and waits for a processor once more.
 */
export function createIdentityVerifier(keys: JSONWebKeySet, audience: string): VerifyIdentity {
  const known = keys.keys
    .filter(({ crv, alg = ALGORITHM }) => crv === CURVE && alg === ALGORITHM)
    .map((jwk) => ({ kid: jwk.kid, key: createPublicKey({ key: { ...jwk }, format: 'jwk' }) }));
  /** The keys with which a token with this header may be signed. */
  const keysFor = rememberLatest(MOST_HEADS, (head: string): KeyObject[] => {
    const { alg, typ, kid, crit } = decoded(head);
    if (alg !== ALGORITHM || typ !== TYPE || crit !== undefined) return [];
    return known.filter((one) => kid === undefined || one.kid === kid).map(({ key }) => key);
  });
  const claimsOf = (token: string): Readonly<Record<string, unknown>> => {
    const [head = '', claims = '', signature = '', ...more] = token.split('.');
    const signed = Buffer.from(`${head}.${claims}`);
    const bytes = Buffer.from(signature, 'base64url');
    if (more.length > 0 || !keysFor(head).some((key) => verify(null, signed, key, bytes))) {
      throw new Error('not signed by a gateway');
    }
    return decoded(claims);
  };
  return async (token) => {
    const payload = claimsOf(token);
    assertHolds(payload, audience);
    const viewer = viewerOf(payload);
    const shared = payload.shr === true;
    const many = payload.mny === true;
    if ((shared || many) && viewer) throw new Error('what is for several has no viewer');
    return {
      viewer,
      shared,
      many,
      requestId: String(payload.rid),
      ...(typeof payload.adr === 'string' ? { clientAddress: payload.adr } : {}),
      ...(typeof payload.uag === 'string' ? { userAgent: payload.uag } : {}),
      operationType: String(payload.op),
      tokenId: String(payload.jti),
      ...(typeof payload.con === 'string' ? { connection: payload.con } : {}),
      assertBody: (body) => {
        if (digestOf(body) !== payload.bh)
          throw new Error('the body is not the one that was signed');
      },
    };
  };
}

/** One of several viewers in a signed body, with the id of their own request. */
export interface NamedViewer extends Viewer {
  readonly requestId: string;
}

/**
 * The viewer named in a signed body; throws when it names none. A gateway of the previous release gives no
 * request ids of its own for the viewers, so all get the id of the whole request.
 */
export function identityNamed(value: unknown, requestIdOfAll: string): InternalIdentity {
  const named = (value ?? {}) as Record<string, unknown>;
  const { userId, sessionId, roles, suspended, apiKeyScopes, requestId } = named;
  const viewer =
    typeof userId === 'string'
      ? viewerOf({ sub: userId, sid: sessionId, roles, sus: suspended, scp: apiKeyScopes })
      : null;
  if (!viewer) throw new Error('not a viewer');
  return { viewer, requestId: typeof requestId === 'string' ? requestId : requestIdOfAll };
}

function viewerOf({
  sub,
  sid,
  roles,
  sus,
  scp,
}: {
  sub?: string;
  sid?: unknown;
  roles?: unknown;
  sus?: unknown;
  scp?: unknown;
}): Viewer | null {
  if (sub === undefined) return null;
  const known = Array.isArray(roles) ? ROLES.filter((role) => roles.includes(role)) : [];
  return {
    userId: sub,
    sessionId: String(sid),
    roles: known satisfies Role[],
    ...(sus === true ? { suspended: true } : {}),
    ...(Array.isArray(scp) ? { apiKeyScopes: scopesNamed(scp) } : {}),
  };
}

/** The scopes in the list that exist: a key with none may ask for nothing. */
const scopesNamed = (scopes: readonly unknown[]): ApiKeyScope[] =>
  API_KEY_SCOPES.filter((scope) => scopes.includes(scope));
