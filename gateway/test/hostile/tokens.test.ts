import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@souk/runtime/process';
import { asListener } from '@souk/testkit';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createAccessTokenKeys, createAccessTokenVerifier } from '../../src/index.ts';
import { openSocket, rawSocket } from '../support/sockets.ts';
import { type StartedToy, startToy, tokenFor } from '../support/start-toy.ts';
import { ADA } from '../support/toy-shop.ts';

// Tokens that are forged, broken or not for us, over HTTP and WebSocket: one answer for all.

let toy: StartedToy;
let good: string;
beforeAll(async () => {
  toy = await startToy();
  good = await tokenFor(ADA);
});
afterAll(() => toy[Symbol.asyncDispose]());

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const claims = {
  iss: 'souk',
  aud: 'gateway',
  sub: ADA,
  sid: 'ses_1',
  roles: ['ADMIN'],
  iat: 1,
  exp: 4_102_444_800,
};
const seconds = (offset: number) => Math.floor(Date.now() / 1_000) + offset;

async function foreignToken(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA');
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'test' })
    .sign(privateKey);
}

function hmacToken(): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'test' })}.${encode(claims)}`;
  const mac = createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
    .update(input)
    .digest('base64url');
  return `${input}.${mac}`;
}

function tampered(): string {
  const [header, , signature] = good.split('.');
  return `${header}.${encode(claims)}.${signature}`;
}

const bad: Record<string, () => string | Promise<string>> = {
  'without a signature (alg none)': () =>
    `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`,
  'with a shared secret made of a public key (HS256)': hmacToken,
  'with an algorithm we do not use': () =>
    `${encode({ alg: 'RS256', typ: 'at+jwt', kid: 'test' })}.${encode(claims)}.AAAA`,
  'with another payload': tampered,
  'signed by another key': foreignToken,
  'cut short': () => good.slice(0, -10),
  'of three letters': () => 'a.b.c',
  'of 9 KB': () => `${'a'.repeat(9_000)}`,
  expired: () => tokenFor(ADA, { expiresIn: seconds(-10) }),
  'that is not valid yet': () => tokenFor(ADA, { notBefore: seconds(60) }),
  'that has expired six seconds ago, one more than clocks may differ': () =>
    tokenFor(ADA, { expiresIn: seconds(-6) }),
  'without an expiry': () => tokenFor(ADA, { expiresIn: null }),
  'of an unknown key': () => tokenFor(ADA, { header: { kid: 'other' } }),
  'whose key id is a path': () => tokenFor(ADA, { header: { kid: '../../etc/passwd' } }),
  'whose key id is a piece of SQL': () => tokenFor(ADA, { header: { kid: "' OR '1'='1" } }),
  'to refresh a session with, which is no access token': () =>
    randomBytes(32).toString('base64url'),
  'with a critical header nobody knows': () =>
    `${encode({ alg: 'EdDSA', typ: 'at+jwt', kid: 'test', crit: ['x'], x: 1 })}.${encode(claims)}.AAAA`,
  'that brings its own key': async () => {
    const pair = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'mine', jwk })
      .sign(pair.privateKey);
  },
  'of another type': () => tokenFor(ADA, { header: { typ: 'internal+jwt' } }),
  'for another audience': () => tokenFor(ADA, { audience: 'users' }),
  'of another issuer': () => tokenFor(ADA, { issuer: 'gateway' }),
};

describe.each(Object.entries(bad))('a token %s', (_, make) => {
  test('refuses the request, in the same words as any other', async () => {
    const answer = await toy.post('{ whoAsks }', {}, { authorization: `Bearer ${await make()}` });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      errors: [
        {
          message: 'The access token is not valid. Sign in again.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect(answer.headers.get('www-authenticate')).toMatch('Bearer');
  });

  test('closes the connection with 4403', async () => {
    await using socket = await rawSocket(toy.wsUrl);
    socket.send({ type: 'connection_init', payload: { accessToken: await make() } });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden' });
  });
});

test('a slightly fast clock does no harm', async () => {
  const token = await tokenFor(ADA, { expiresIn: seconds(-3) });
  const { body } = await toy.post('{ whoAsks }', {}, { authorization: `Bearer ${token}` });
  expect(body).toEqual({ data: { whoAsks: ADA } });
});

test.each(['jku', 'x5u'])('an address of keys in the token (%s) is never asked', async (name) => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const { privateKey } = await generateKeyPair('EdDSA');
  const sign = (kid: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, [name]: address })
      .sign(privateKey);
  for (const kid of ['test', 'other']) {
    const authorization = `Bearer ${await sign(kid)}`;
    expect((await toy.post('{ whoAsks }', {}, { authorization })).status).toBe(401);
  }
  expect(asked).toBe(0);
});

describe('where a token is looked for', () => {
  const asks = async (headers: Record<string, string>, path = '/graphql') => {
    const answer = await toy.send(
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ whoAsks }' }),
      },
      path,
    );
    return answer.body.data?.whoAsks ?? answer.status;
  };

  test('not in the address, not in a cookie', async () => {
    expect(await asks({}, `/graphql?access_token=${good}&authorization=Bearer%20${good}`)).toBe(
      'nobody',
    );
    expect(await asks({ cookie: `access_token=${good}; authorization=Bearer ${good}` })).toBe(
      'nobody',
    );
  });

  test.each(['Bearer', 'bearer', 'BEARER'])('with the scheme written %s', async (scheme) => {
    expect(await asks({ authorization: `${scheme} ${good}` })).toBe(ADA);
  });

  test.each(['Bearer  ', 'Basic ', '', 'Bearer x '])('not behind %j', async (scheme) => {
    expect(await asks({ authorization: `${scheme}${good}` })).toBe(401);
  });

  test('two Authorization headers are refused, whichever is good', async () => {
    const body = JSON.stringify({ query: '{ whoAsks }' });
    const { port, hostname } = new URL(toy.gateway.url);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request(
        {
          port,
          hostname,
          path: '/graphql',
          method: 'POST',
          headers: [
            'content-type',
            'application/json',
            'authorization',
            `Bearer ${good}`,
            'authorization',
            'Bearer x',
            'content-length',
            String(body.length),
            'host',
            'x',
          ],
        },
        (response) => resolve(response.statusCode),
      ).end(body);
    });
    expect(status).toBe(400);
  });

  test('a socket takes it as accessToken or as authorization', async () => {
    for (const payload of [
      { accessToken: good },
      { authorization: `Bearer ${good}` },
      { Authorization: `Bearer ${good}` },
    ]) {
      await using socket = await openSocket(toy.wsUrl, payload);
      expect(socket.isOpen).toBe(true);
    }
  });
});

test.each<[string, (token: string) => object]>([
  ['a list as accessToken', (token) => ({ accessToken: [token] })],
  ['a list in a list', (token) => ({ accessToken: [[token]] })],
  ['an object', (token) => ({ accessToken: { toString: token } })],
  ['a list as authorization', (token) => ({ authorization: [`Bearer ${token}`] })],
  ['true', () => ({ accessToken: true })],
])('%s on a socket is no token', async (_, payloadOf) => {
  await using socket = await rawSocket(toy.wsUrl);
  socket.send({ type: 'connection_init', payload: payloadOf(good) });
  expect((await socket.closed).code).toBe(4403);
});

test('keys are fetched again for an unknown key at most once in a while', async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  let fetched = 0;
  const server = createServer(
    asListener(async (_, response) => {
      fetched += 1;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA' }] }),
      );
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const verify = createAccessTokenVerifier({
    keys: createAccessTokenKeys({
      url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
      logger: silentLogger,
    }),
  });
  const sign = (kid: string) =>
    new SignJWT({ sid: 'ses_1', roles: ['SELLER', 'EMPEROR'] })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .setIssuer('souk')
      .setAudience('gateway')
      .setSubject(ADA)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey);
  expect((await verify(await sign('k1'))).viewer).toEqual({
    userId: ADA,
    sessionId: 'ses_1',
    roles: ['SELLER'],
  });
  const unknown = await Promise.all(
    Array.from({ length: 20 }, (_, index) => sign(`unknown-${index}`)),
  );
  await Promise.all(unknown.map((token) => expect(verify(token)).rejects.toThrow()));
  // All of them waited for one fetch more, or two where the machine stood still meanwhile.
  expect(fetched).toBeLessThanOrEqual(3);
});
