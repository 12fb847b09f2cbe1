import type { Role } from '@souk/runtime/domain';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import {
  createAccessTokenVerifier,
  createGateway,
  type Gateway,
  type GatewayOptions,
} from '../../src/index.ts';
import { createToy, type Toy } from './toy-shop.ts';
import { UNHURRIED } from './unhurried.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
  body: any;
}

export interface StartedToy extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly toy: Toy;
  readonly url: string;
  readonly wsUrl: string;
  post(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Any request at all. */
  send(init: RequestInit, path?: string): Promise<Answer>;
  token(userId: string, given?: TokenOptions): Promise<string>;
}

export interface TokenOptions {
  roles?: Role[];
  sessionId?: string;
  /** null: no expiry at all. */
  expiresIn?: string | number | null;
  notBefore?: number;
  header?: Record<string, unknown>;
  issuer?: string;
  audience?: string;
}

const keys = generateKeyPair('EdDSA', { extractable: true });

export const testTokenKeys = async (): Promise<JSONWebKeySet> => {
  const { publicKey } = await keys;
  return { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA' }] };
};

export const verifyTestTokens = async () =>
  createAccessTokenVerifier({ keys: await testTokenKeys() });

export async function tokenFor(userId: string, given: TokenOptions = {}): Promise<string> {
  const { privateKey } = await keys;
  const {
    roles = ['CUSTOMER'],
    sessionId = 'ses_1',
    expiresIn = '10m',
    issuer = 'souk',
    audience = 'gateway',
  } = given;
  const token = new SignJWT({ sid: sessionId, roles })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'test', ...given.header })
    .setSubject(userId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt();
  if (expiresIn !== null) token.setExpirationTime(expiresIn);
  if (given.notBefore !== undefined) token.setNotBefore(given.notBefore);
  return token.sign(privateKey);
}

/** A gateway over the toy subgraphs on a free port, for the length of a test. */
export async function startToy(
  options: Partial<GatewayOptions> = {},
  toy: Toy = createToy(),
): Promise<StartedToy> {
  const gateway = await createGateway({
    ...UNHURRIED,
    supergraphSdl: toy.supergraphSdl,
    subgraphs: { people: toy.people, rooms: toy.rooms },
    verifyAccessToken: await verifyTestTokens(),
    port: 0,
    ...options,
  });
  const url = `${gateway.url}/graphql`;
  const send: StartedToy['send'] = async (init, path = '/graphql') => {
    const response = await fetch(`${gateway.url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  };
  return {
    gateway,
    toy,
    url,
    wsUrl: url.replace('http', 'ws'),
    send,
    post: (query, variables, headers = {}) =>
      send({
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    token: tokenFor,
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}
