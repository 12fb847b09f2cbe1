import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createInProcessBackplane } from '@souk/runtime/backplane-kinds';
import { badInput, notFound, type Viewer } from '@souk/runtime/domain';
import { bareMark, marked } from '@souk/runtime/events';
import type { RequestContext } from '@souk/runtime/graphql';
import {
  CONNECTION_HEADER,
  createIdentitySigner,
  createIdentityVerifier,
  INTERNAL_TOKEN_HEADER,
  type InternalIdentity,
  type SignIdentity,
} from '@souk/runtime/identity';
import { silentLogger } from '@souk/runtime/process';
import {
  answerRoute,
  createSubgraph,
  type ServedSubgraph,
  serveSubgraph,
  signedSubscription,
} from '@souk/runtime/subgraph';
import { until } from '@souk/testkit';
import type { GraphQLError } from 'graphql';
import { createClient } from 'graphql-ws';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';

const viewer: Viewer = { userId: 'usr_1', sessionId: 'ses_1', roles: ['CUSTOMER'] };
const typeDefs = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@requiresScopes", "@key"])
  type Query {
    hello: String
    mine: String @authenticated
    staff: String @requiresScopes(scopes: [["users:read"]])
    echo(text: String!): String
    lost: String
    refused: String
    broken: String
    kept: Kept
  }
  union Kept = Diary
  type Diary @authenticated @key(fields: "id") { id: ID! text: String }
  extend type Diary @requiresScopes(scopes: [["users:read"]])
  type Mutation { count: Int! }
  type Subscription { ticks: Int! mineOnly: Int! @authenticated forever: Int! whose: String! @authenticated }
`;
let counted = 0;
let claims = 0;
let started = 0;
let stopped = 0;
let served: ServedSubgraph;
let sign: SignIdentity;
let draining = false;
let databaseAway = false;
let away: string[] = [];
const backplane = createInProcessBackplane({ jobsDatabaseUrl: 'postgresql://nowhere/unused' });

beforeAll(async () => {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: 'k' };
  const { d: _, ...open } = jwk;
  sign = createIdentitySigner(jwk);
  const subgraph = await createSubgraph({
    name: 'toy',
    typeDefs,
    resolvers: {
      Query: {
        hello: () => 'hello',
        mine: (_: unknown, __: unknown, context: { viewer: Viewer }) => context.viewer.userId,
        staff: () => 'staff only',
        echo: (_: unknown, { text }: { text: string }) => text,
        kept: () => ({ __typename: 'Diary', id: '1', text: 'dear' }),
        lost: () => {
          throw notFound('Toy');
        },
        refused: () => {
          throw badInput('Not that one.', ['ids', 0]);
        },
        broken: () => {
          throw new Error('password=hunter2 at 10.0.0.1');
        },
      },
      Mutation: {
        count: () => {
          counted += 1;
          return counted;
        },
      },
      Subscription: {
        ticks: {
          subscribe: async function* () {
            for (const ticks of [1, 2, 3]) yield { ticks };
          },
        },
        mineOnly: {
          subscribe: async function* () {
            yield { mineOnly: 1 };
          },
        },
        whose: {
          subscribe: async function* (_: unknown, __: unknown, context: RequestContext) {
            const name = context.viewer?.userId ?? (context.shared ? 'everybody' : 'nobody');
            yield bareMark({ position: 1 });
            yield marked({ whose: name }, { position: 2 });
          },
        },
        forever: {
          subscribe: () => ({
            next: () => {
              started += 1;
              return new Promise(() => {});
            },
            return: async () => {
              stopped += 1;
              return { done: true, value: undefined };
            },
            [Symbol.asyncIterator]() {
              return this;
            },
          }),
        },
      },
    },
    routes: [
      async (request, response) => {
        if (request.url !== '/file') return false;
        await buffer(request);
        return answerRoute(response, 204);
      },
    ],
    createContext: (request) => request,
    startWorker: () => ({ close: async () => {} }),
    ready: async () => {},
    close: async () => {},
    logger: silentLogger,
  });
  served = await serveSubgraph(subgraph, {
    port: 0,
    verify: createIdentityVerifier({ keys: [open] }, 'toy'),
    cache: {
      claimOnce: (key, ttlSeconds) => {
        claims += 1;
        return backplane.cache.claimOnce(key, ttlSeconds);
      },
    },
    bodyMs: 1_000,
    probes: {
      ready: async () => {
        if (databaseAway) throw new Error('away');
      },
      draining: () => draining,
      away: async () => away,
    },
  });
});
afterAll(async () => {
  await served.close();
  await backplane.close();
});

interface Sent {
  query: string;
  variables?: Record<string, unknown>;
  as?: Viewer | null;
  operationType?: 'query' | 'mutation';
  token?: string;
}
async function send({ query, variables, as = null, operationType = 'query', token }: Sent) {
  const body = JSON.stringify({ query, variables });
  const signed =
    token ?? sign({ viewer: as, requestId: 'r' }, { audience: 'toy', body, operationType });
  const response = await fetch(served.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [INTERNAL_TOKEN_HEADER]: signed },
    body,
  });
  return { status: response.status, body: (await response.json()) as never, token: signed } as {
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
    body: any;
    token: string;
  };
}

/** One kept connection. */
function aConnection() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return async (body: string, token: string) => {
    const asked = request(served.url, {
      ...{ method: 'POST', agent },
      headers: { 'content-type': 'application/json', [INTERNAL_TOKEN_HEADER]: token },
    });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const text = (await buffer(response)).toString();
    return { status: response.statusCode, name: response.headers[CONNECTION_HEADER], text };
  };
}

test('a gateway gets answers in the name of the viewer it signed for', async () => {
  expect((await send({ query: '{ hello mine }', as: viewer })).body).toEqual({
    data: { hello: 'hello', mine: 'usr_1' },
  });
});

test('nobody but a gateway gets anything, not even the schema', async () => {
  const body = JSON.stringify({ query: '{ _service { sdl } }' });
  const signed = (audience: string, text: string) =>
    sign({ viewer: null, requestId: 'r' }, { audience, body: text, operationType: 'query' });
  const tokens = [
    undefined,
    '',
    'a.b.c',
    await signed('users', body),
    await signed('toy', '{"query":"{ hello }"}'),
  ];
  for (const token of tokens) {
    const headers = token === undefined ? {} : { [INTERNAL_TOKEN_HEADER]: token };
    const response = await fetch(served.url, { method: 'POST', body, headers: headers as never });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  }
});

test('who is not a gateway is turned away before the body is read', async () => {
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{',
  );
  const [head] = await once(socket, 'data');
  expect(String(head)).toMatch(/^HTTP\/1\.1 401 .*connection: close/is);
  socket.destroy();
});

test('identity headers of a client mean nothing', async () => {
  const body = JSON.stringify({ query: '{ mine }' });
  const token = sign(
    { viewer: null, requestId: 'r' },
    { audience: 'toy', body, operationType: 'query' },
  );
  const response = await fetch(served.url, {
    method: 'POST',
    headers: { [INTERNAL_TOKEN_HEADER]: token, 'x-user-id': 'usr_1', authorization: 'Bearer x' },
    body,
  });
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('the token of a mutation works once', async () => {
  const before = counted;
  const first = await send({ query: 'mutation { count }', operationType: 'mutation' });
  expect(first.body.data.count).toBe(before + 1);
  const again = await send({
    query: 'mutation { count }',
    operationType: 'mutation',
    token: first.token,
  });
  expect(again.status).toBe(401);
  expect(counted).toBe(before + 1);
});

test('a token that is bound to a connection works once and by no other connection, whatever Redis remembers', async () => {
  const body = JSON.stringify({ query: 'mutation { count }' });
  const signed = (connection?: string, operationType: 'query' | 'mutation' = 'mutation') =>
    sign({ viewer, requestId: 'r' }, { audience: 'toy', body, operationType, connection });
  const [own, other] = [aConnection(), aConnection()];
  const first = await own(body, signed());
  const name = first.name as string;
  expect(name).toMatch(/^[0-9a-f-]{36}$/);
  const { name: ofOther } = await other(body, signed());
  expect(ofOther).not.toBe(name);

  const before = counted;
  claims = 0;
  const bound = signed(name);
  const uses = [await own(body, bound), await own(body, bound), await other(body, bound)];
  expect(uses.map(({ status }) => status)).toEqual([200, 401, 421]);
  expect([uses[0]?.name, counted, claims]).toEqual([undefined, before + 1, 0]);

  // One that was captured before it was used, and names that are nobody's.
  for (const taken of [signed(name), signed('guessed'), signed(''), signed(name, 'query')]) {
    const { status, text } = await other(body, taken);
    expect([status, text]).toEqual([421, expect.stringContaining('IDENTITY_REFUSED')]);
  }
  expect([counted, claims]).toEqual([before + 1, 0]);
  await other(body, signed());
  expect([counted, claims]).toEqual([before + 2, 1]);
});

test('who has shown no signed identity is not told the name of a connection', async () => {
  const ask = aConnection();
  expect(await ask('{}', 'a.b.c')).toMatchObject({ status: 401, name: undefined });
});

test('@authenticated and @requiresScopes hold inside the subgraph', async () => {
  const anonymous = await send({ query: '{ hello mine staff }' });
  expect(anonymous.body.data).toEqual({ hello: 'hello', mine: null, staff: null });
  expect(
    anonymous.body.errors.map((e: { extensions: { code: string } }) => e.extensions.code),
  ).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  const customer = await send({ query: '{ staff }', as: viewer });
  expect(customer.body.errors[0].extensions.code).toBe('FORBIDDEN');
  const support = await send({ query: '{ staff }', as: { ...viewer, roles: ['SUPPORT'] } });
  expect(support.body.data.staff).toBe('staff only');
});

test('what a type asks for holds for each of its fields, however it was reached', async () => {
  const viaEntity = '_entities(representations: [{ __typename: "Diary", id: "1" }])';
  const read = async (as: Viewer | null) => {
    const query = `{ kept { __typename ... on Diary { text } } ${viaEntity} { ... on Diary { id } } }`;
    const { data, errors } = (await send({ query, as })).body;
    return { data, codes: errors?.map(({ extensions }: GraphQLError) => extensions.code) };
  };
  const nothing = { kept: { __typename: 'Diary', text: null }, _entities: [null] };
  expect(await read(null)).toEqual({
    data: nothing,
    codes: ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
  });
  expect(await read(viewer)).toEqual({ data: nothing, codes: ['FORBIDDEN', 'FORBIDDEN'] });
  const support = await read({ ...viewer, roles: ['SUPPORT'] });
  expect(support.data).toEqual({
    kept: { __typename: 'Diary', text: 'dear' },
    _entities: [{ id: '1' }],
  });
});

test('expected failures keep their code, faults leak nothing', async () => {
  const { body } = await send({ query: '{ lost broken }' });
  expect(body.data).toEqual({ lost: null, broken: null });
  expect(body.errors).toEqual([
    expect.objectContaining({
      path: ['lost'],
      extensions: { code: 'TOY_NOT_FOUND', category: 'NOT_FOUND' },
    }),
    {
      path: ['broken'],
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r' },
    },
  ]);
});

test('where in the arguments the trouble is does not stand for where in the answer', async () => {
  const { body } = await send({ query: '{ other: refused }' });
  expect(body.errors).toEqual([
    {
      path: ['other'],
      message: 'Not that one.',
      extensions: { code: 'BAD_USER_INPUT', category: 'INVALID', argumentPath: ['ids', '0'] },
    },
  ]);
});

test.each(['nul \0 here', 'half \ud800 pair'])(
  'text that cannot be stored is refused: %j',
  async (text) => {
    const { body } = await send({
      query: 'query ($text: String!) { echo(text: $text) }',
      variables: { text },
    });
    expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  },
);

test.each([
  ['a broken document', '{ hello', 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['an unknown type', 'query ($a: Nope) { hello }', 'GRAPHQL_VALIDATION_FAILED'],
])('%s gets its code', async (_, query, code) => {
  const { body } = await send({ query });
  expect(body.errors[0].extensions.code).toBe(code);
  expect(JSON.stringify(body)).not.toContain('stack');
});

test('other methods, paths, bodies and sizes get their status', async () => {
  expect((await fetch(served.url)).status).toBe(405);
  expect((await fetch(served.url.replace('/graphql', '/other'))).status).toBe(404);
  const post = async (body: string) => {
    const token = sign(
      { viewer: null, requestId: 'r' },
      { audience: 'toy', body, operationType: 'query' },
    );
    return fetch(served.url, { method: 'POST', body, headers: { [INTERNAL_TOKEN_HEADER]: token } });
  };
  for (const body of ['', 'null', '42', '[]', '{', '{"query":42}'])
    expect((await post(body)).status).toBe(400);
  expect((await post('x'.repeat(1_100_000))).status).toBe(413);
});

test('an operation that is sent too slowly is hung up on, and a file that takes longer is not', async () => {
  const file = request(served.url.replace('/graphql', '/file'), { method: 'PUT' });
  file.setHeader('content-length', 2).write('a');
  const token = sign(
    { viewer: null, requestId: 'r' },
    { audience: 'toy', body: '{}', operationType: 'query' },
  );
  const operation = request(served.url, { method: 'POST', headers: { 'content-length': 2 } });
  operation.setHeader(INTERNAL_TOKEN_HEADER, token).write('{');
  await once(operation, 'error');
  file.end('b');
  const [answer] = await once(file, 'response');
  expect(answer.statusCode).toBe(204);
});

test('probes report alive, ready, database away and draining', async () => {
  const probe = async (path: string) => (await fetch(served.url.replace('/graphql', path))).status;
  expect([await probe('/livez'), await probe('/readyz')]).toEqual([200, 200]);
  databaseAway = true;
  expect([await probe('/livez'), await probe('/readyz')]).toEqual([200, 503]);
  databaseAway = false;
  draining = true;
  expect(await probe('/readyz')).toBe(503);
  draining = false;
});

test('a process that works on without something says so, and stays in rotation', async () => {
  const probe = async () => {
    const response = await fetch(served.url.replace('/graphql', '/readyz'));
    return [response.status, await response.json()];
  };
  expect(await probe()).toEqual([200, { status: 'ready' }]);
  away = ['redis'];
  expect(await probe()).toEqual([200, { status: 'degraded', away: ['redis'] }]);
  away = [];
});

const socketUrl = () => served.url.replace('http', 'ws');
async function subscribe(query: string, as: Viewer | null, tamper = false) {
  const client = createClient({ url: socketUrl(), webSocketImpl: WebSocket, retryAttempts: 0 });
  const identity = sign(
    { viewer: as, requestId: 'r' },
    {
      audience: 'toy',
      body: signedSubscription({ query: tamper ? `${query} ` : query }),
      operationType: 'subscription',
    },
  );
  return { client, events: client.iterate({ query, extensions: { identity } }) };
}

test('a subscription brings its own signed identity over a shared socket', async () => {
  const { client, events } = await subscribe('subscription { ticks }', viewer);
  const seen: unknown[] = [];
  for await (const { data } of events) seen.push(data?.ticks);
  expect(seen).toEqual([1, 2, 3]);
  await client.dispose();
});

test('an anonymous subscription to something private says why not', async () => {
  const { client, events } = await subscribe('subscription { mineOnly }', null);
  const { value } = await events.next();
  expect(value?.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  await client.dispose();
});

test('a socket that begins with an unsigned or tampered operation is closed with 4403', async () => {
  const { events } = await subscribe('subscription { ticks }', viewer, true);
  await expect(events.next()).rejects.toMatchObject({ code: 4403 });
  const client = createClient({ url: socketUrl(), webSocketImpl: WebSocket, retryAttempts: 0 });
  const unsigned = client.iterate({ query: 'subscription { ticks }' });
  await expect(unsigned.next()).rejects.toMatchObject({ code: 4403 });
});

test('a bad identity on a gateway’s socket ends that operation and none beside it', async () => {
  const client = createClient({ url: socketUrl(), webSocketImpl: WebSocket, retryAttempts: 0 });
  let closed = false;
  client.on('closed', () => {
    closed = true;
  });
  const identityFor = (query: string) =>
    sign(
      { viewer, requestId: 'r' },
      { audience: 'toy', body: signedSubscription({ query }), operationType: 'subscription' },
    );
  const query = 'subscription { forever }';
  const [beganBefore, stoppedBefore] = [started, stopped];
  const failures: unknown[] = [];
  const unsubscribe = client.subscribe(
    { query, extensions: { identity: await identityFor(query) } },
    { next: () => {}, error: (error) => failures.push(error), complete: () => {} },
  );
  await until(() => started > beganBefore);
  for (const identity of [undefined, 'a.b.c', await identityFor('subscription { ticks } ')]) {
    const refused = client.iterate({ query: 'subscription { ticks }', extensions: { identity } });
    await expect(refused.next()).rejects.toMatchObject([
      { message: 'Only a gateway may send requests here.' },
    ]);
  }
  const good = client.iterate({
    query: 'subscription { ticks }',
    extensions: { identity: await identityFor('subscription { ticks }') },
  });
  expect((await good.next()).value).toEqual({ data: { ticks: 1 } });
  expect({ closed, failures, stopped }).toEqual({
    closed: false,
    failures: [],
    stopped: stoppedBefore,
  });
  unsubscribe();
  await client.dispose();
});

test('the token of a request opens no socket for other operations', async () => {
  const { token } = await send({ query: '{ mine }', as: viewer });
  const client = createClient({
    url: socketUrl(),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { identity: token },
  });
  const before = counted;
  const stolen = client.iterate({ query: 'mutation { count }' });
  await expect(stolen.next()).rejects.toMatchObject({ code: 4403 });
  expect(counted).toBe(before);
});

test('a subscription nobody listens to any more is stopped, however the client went', async () => {
  const query = 'subscription { forever }';
  const identity = sign(
    { viewer, requestId: 'r' },
    { audience: 'toy', body: signedSubscription({ query }), operationType: 'subscription' },
  );
  for (const leave of ['completes', 'vanishes']) {
    const before = stopped;
    const client = createClient({ url: socketUrl(), webSocketImpl: WebSocket, retryAttempts: 0 });
    const sink = { next: () => {}, error: () => {}, complete: () => {} };
    const connected = new Promise((resolve) => client.on('connected', resolve));
    const unsubscribe = client.subscribe({ query, extensions: { identity } }, sink);
    await connected;
    await until(() => started > before);
    if (leave === 'completes') unsubscribe();
    else client.terminate();
    await until(() => stopped === before + 1);
  }
});

describe('a stream for everybody', () => {
  const query = 'subscription { whose }';
  const signed = (identity: Partial<InternalIdentity>, text = query) =>
    sign(
      { viewer: null, requestId: 'r', ...identity },
      { audience: 'toy', body: signedSubscription({ query: text }), operationType: 'subscription' },
    );
  const answers = async (extensions: Record<string, unknown>) => {
    const client = createClient({ url: socketUrl(), webSocketImpl: WebSocket, retryAttempts: 0 });
    const seen: unknown[] = [];
    try {
      for await (const answer of client.iterate({ query, extensions })) seen.push(answer);
      return seen;
    } finally {
      await client.dispose();
    }
  };
  const marks = [
    { extensions: { stream: { position: 1 } } },
    { extensions: { stream: { position: 2 } } },
  ];

  test('is had by a gateway that signs for it', async () => {
    const identity = await signed({ shared: true });
    expect(await answers({ identity, streams: 'shared' })).toEqual([
      marks[0],
      { data: { whose: 'everybody' }, ...marks[1] },
    ]);
  });

  test('is not had by asking: a viewer’s identity gives that viewer’s own', async () => {
    const identity = await signed({ viewer });
    for (const streams of ['shared', 'viewer']) {
      expect(await answers({ identity, streams })).toEqual([
        marks[0],
        { data: { whose: 'usr_1' }, ...marks[1] },
      ]);
    }
  });

  test('is not had by asking without an account', async () => {
    const identity = await signed({});
    expect(await answers({ identity, streams: 'shared', shr: true })).toMatchObject([
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });

  test('is not had unsigned, with the signature of somebody else, or one for another operation', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const forge = createIdentitySigner({ ...(await exportJWK(privateKey)), kid: 'k' });
    const forged = await forge(
      { viewer: null, requestId: 'r', shared: true },
      { audience: 'toy', body: signedSubscription({ query }), operationType: 'subscription' },
    );
    const claims = { shared: true, shr: true };
    for (const identity of [
      undefined,
      claims,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
      forged,
      await signed({ shared: true }, 'subscription { ticks }'),
    ]) {
      const refused = answers({ identity, streams: 'shared' });
      await expect(refused, String(identity)).rejects.toMatchObject({ code: 4403 });
    }
  });

  test('is nobody’s in particular: an identity that is both is none', async () => {
    const identity = await signed({ viewer, shared: true });
    const refused = answers({ identity, streams: 'shared' });
    await expect(refused).rejects.toMatchObject({ code: 4403 });
  });

  test('does not let its identity read what is private', async () => {
    const body = JSON.stringify({ query: '{ hello mine staff }' });
    const token = sign(
      { viewer: null, requestId: 'r', shared: true },
      { audience: 'toy', body, operationType: 'query' },
    );
    const answer = await send({ query: '{ hello mine staff }', token });
    expect(answer.body.data).toEqual({ hello: 'hello', mine: null, staff: null });
  });

  test('and its marks are unknown to whoever does not ask for them', async () => {
    for (const identity of [await signed({ viewer }), await signed({ shared: true })]) {
      const [only, ...more] = await answers({ identity });
      expect(Object.keys(only as object)).toEqual(['data']);
      expect(more).toEqual([]);
    }
  });
});
