import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { createInProcessBackplane } from '@souk/runtime/backplane-kinds';
import {
  createIdentitySigner,
  createIdentityVerifier,
  INTERNAL_TOKEN_HEADER,
  type SignIdentity,
} from '@souk/runtime/identity';
import { silentLogger } from '@souk/runtime/process';
import {
  createSubgraph,
  type ServedSubgraph,
  type Subgraph,
  serveSubgraph,
} from '@souk/runtime/subgraph';
import { until } from '@souk/testkit';
import { buildSchema, executeSync, parse } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const identity = { viewer: null, requestId: 'req-1' };
const QUERY = '{ slow { next } }';
const MUTATION = 'mutation { first: change second: change }';

let subgraph: Subgraph;
let served: ServedSubgraph;
let sign: SignIdentity;
/** What was started, in order. */
const begun: string[] = [];
/** Resolves what is slow. */
let goOn = () => {};
const backplane = createInProcessBackplane({ jobsDatabaseUrl: 'postgresql://nowhere/unused' });

beforeAll(async () => {
  const slowly = (name: string) =>
    new Promise<void>((resolve) => {
      begun.push(name);
      goOn = resolve;
    });
  subgraph = await createSubgraph({
    name: 'toy',
    typeDefs: `
      type Query { slow: Slow }
      type Slow { next: Int }
      type Mutation { change: Int }`,
    resolvers: {
      Query: { slow: () => slowly('slow').then(() => ({})) },
      Slow: {
        next: () => {
          begun.push('next');
          return 1;
        },
      },
      Mutation: { change: () => slowly('change').then(() => 1) },
    },
    createContext: (request) => request,
    startWorker: () => ({ close: async () => {} }),
    ready: async () => {},
    close: async () => {},
    logger: silentLogger,
  });
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: 'k' };
  const { d: _, ...open } = jwk;
  sign = createIdentitySigner(jwk);
  served = await serveSubgraph(subgraph, {
    port: 0,
    verify: createIdentityVerifier({ keys: [open] }, 'toy'),
    cache: backplane.cache,
    probes: { draining: () => false, ready: async () => {} },
  });
});
beforeEach(() => {
  begun.length = 0;
});
afterAll(async () => {
  await served.close();
  await subgraph.close();
  await backplane.close();
});

test('what is awaited is answered', async () => {
  const answer = subgraph.execute({ query: QUERY, identity, isAwaited: () => true });
  await until(() => begun.length === 1);
  goOn();
  expect(await answer).toEqual({ data: { slow: { next: 1 } } });
});

test('when nobody waits any more, nothing further begins', async () => {
  let isAwaited = true;
  const answer = subgraph.execute({ query: QUERY, identity, isAwaited: () => isAwaited });
  await until(() => begun.length === 1);
  isAwaited = false;
  goOn();
  expect(await answer).toMatchObject({
    data: { slow: { next: null } },
    errors: [{ path: ['slow', 'next'], extensions: { code: 'SUBGRAPH_TIMEOUT' } }],
  });
  expect(begun).toEqual(['slow']);
});

test('a change that has begun is made, the one after it is not', async () => {
  let isAwaited = true;
  const answer = subgraph.execute({ query: MUTATION, identity, isAwaited: () => isAwaited });
  await until(() => begun.length === 1);
  isAwaited = false;
  goOn();
  expect((await answer).data).toEqual({ first: 1, second: null });
  expect(begun).toEqual(['change']);
});

test('introspection, whose types all schemas of a process share, is left as it was', () => {
  const document = parse('{ __schema { queryType { name } } __type(name: "Slow") { name } }');
  expect(executeSync({ schema: subgraph.schema, document })).toEqual({
    data: { __schema: { queryType: { name: 'Query' } }, __type: { name: 'Slow' } },
  });
  expect(executeSync({ schema: buildSchema('type Query { other: Int }'), document })).toEqual({
    data: { __schema: { queryType: { name: 'Query' } }, __type: null },
  });
});

test('over HTTP the gateway says how long it waits', async () => {
  const late = post({ 'x-deadline-ms': '3000' });
  await until(() => begun.length === 1);
  setTimeout(() => goOn(), 3_100);
  expect(await late.answer).toMatchObject({
    errors: [{ extensions: { code: 'SUBGRAPH_TIMEOUT' } }],
  });
  expect(begun).toEqual(['slow']);
});

test.each(['', 'soon', '-5', '0', 'NaN'])('a deadline of %j is none', async (deadline) => {
  const patient = post({ 'x-deadline-ms': deadline });
  await until(() => begun.length === 1);
  goOn();
  expect(await patient.answer).toEqual({ data: { slow: { next: 1 } } });
});

test('for a gateway that has hung up nothing further begins', async () => {
  const gone = post({});
  await until(() => begun.length === 1);
  gone.hangUp();
  await expect(gone.answer).rejects.toThrow();
  await heardOfIt();
  goOn();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(begun).toEqual(['slow']);
});

/** The server hears of it in its own time: when its event loop has gone round. */
async function heardOfIt() {
  await delay(100);
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

function post(headers: Record<string, string>) {
  const body = JSON.stringify({ query: QUERY });
  let request: ReturnType<typeof httpRequest> | undefined;
  const answer = (async () => {
    const purpose = { audience: 'toy', body, operationType: 'query' } as const;
    const token = sign(identity, purpose);
    request = httpRequest(served.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [INTERNAL_TOKEN_HEADER]: token, ...headers },
    });
    request.end(body);
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return JSON.parse(text);
  })();
  answer.catch(() => {});
  return { answer, hangUp: () => request?.destroy() };
}
