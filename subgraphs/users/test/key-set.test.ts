import {
  createIdentitySigner,
  createIdentityVerifier,
  INTERNAL_TOKEN_HEADER,
} from '@souk/runtime/identity';
import { serveSubgraph } from '@souk/runtime/subgraph';
import { as } from '@souk/testkit';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSigningKey, publicKeys } from '../src/index.ts';
import { type StartedUsers, someone, startUsers } from './accounts.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

test('access tokens are verified by the published keys, also by one that no longer signs', async () => {
  const { tokens, viewer } = await someone(graph, 'hal');
  const [old] = graph.config.accessTokenPrivateKeys;
  const rotated = publicKeys({ accessTokenPrivateKeys: [createSigningKey(), old ?? {}] });
  expect(JSON.stringify(rotated)).not.toContain(old?.d);
  const { payload, protectedHeader } = await jwtVerify(
    tokens.accessToken,
    createLocalJWKSet(rotated),
    { algorithms: ['EdDSA'], typ: 'at+jwt', issuer: 'souk', audience: 'gateway' },
  );
  expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: old?.kid });
  expect(payload).toMatchObject({
    sub: viewer.userId,
    sid: viewer.sessionId,
    roles: ['CUSTOMER'],
    jti: expect.any(String),
  });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(600);
  const stranger = await exportJWK(
    (await generateKeyPair('EdDSA', { extractable: true })).publicKey,
  );
  const keys = createLocalJWKSet({ keys: [{ ...stranger, kid: String(old?.kid) }] });
  await expect(jwtVerify(tokens.accessToken, keys)).rejects.toThrow('signature');
});

test('the key set is open to anybody, and the graph is not', async () => {
  const gateway = createSigningKey();
  const { subgraph, backplane, config } = graph;
  const served = await serveSubgraph(subgraph, {
    port: 0,
    verify: createIdentityVerifier(publicKeys({ accessTokenPrivateKeys: [gateway] }), 'users'),
    cache: backplane.cache,
    probes: { ready: subgraph.ready, draining: () => false },
    publicRoutes: { '/.well-known/jwks.json': () => publicKeys(config) },
  });
  try {
    const keys = await fetch(new URL('/.well-known/jwks.json', served.url));
    expect(keys.status).toBe(200);
    expect((await keys.json()) as JSONWebKeySet).toEqual(publicKeys(config));
    const body = JSON.stringify({ query: '{ usernameAvailable(username: "ada") }' });
    const ask = (headers: Record<string, string>) =>
      fetch(served.url, { method: 'POST', body, headers });
    expect((await ask({})).status).toBe(401);
    const sign = createIdentitySigner(gateway);
    const token = sign(
      { viewer: as('ada'), requestId: 'r' },
      { audience: 'users', body, operationType: 'query' },
    );
    const answer = await ask({ [INTERNAL_TOKEN_HEADER]: token });
    expect(await answer.json()).toMatchObject({ data: { usernameAvailable: true } });
  } finally {
    await served.close();
  }
});
