import { createLogger } from '@souk/runtime/process';
import { parseStrictly, until } from '@souk/testkit';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openSocket } from './support/sockets.ts';
import { type StartedToy, startToy, tokenFor } from './support/start-toy.ts';
import { ADA } from './support/toy-shop.ts';

const lines: string[] = [];
const logged = (message: string) => lines.map(parseStrictly).filter(({ msg }) => msg === message);
/** What the session list says, as one that Redis keeps would. */
let session: 'open' | 'ended' | 'unknown' = 'open';
let toy: StartedToy;
beforeAll(async () => {
  const destination = { write: (line: string) => void lines.push(line) };
  toy = await startToy({
    logger: createLogger({ name: 'gateway', destination }),
    sessions: { subgraph: 'people', list: { stateOf: async () => session } },
  });
});
afterAll(() => toy[Symbol.asyncDispose]());

type Answer = Pick<ExecutionResult, 'data' | 'errors'>;
type Ask = (query: string, variables: Record<string, unknown>, token?: string) => Promise<Answer>;

/** Each by the client that its protocol's authors publish. */
const WAYS: Record<string, Ask> = {
  'graphql-ws': async (query, variables, token) => {
    const client = createSocketClient({
      url: toy.wsUrl,
      webSocketImpl: WebSocket,
      ...(token ? { connectionParams: { authorization: `Bearer ${token}` } } : {}),
    });
    const results: ExecutionResult[] = [];
    const failed = await new Promise<readonly GraphQLError[] | null>((resolve) =>
      client.subscribe(
        { query, variables },
        {
          next: (result) => results.push(result as ExecutionResult),
          error: (errors) => resolve(errors as readonly GraphQLError[]),
          complete: () => resolve(null),
        },
      ),
    );
    await client.dispose();
    expect(results.length).toBe(failed ? 0 : 1);
    return failed ? { errors: failed } : (results[0] as Answer);
  },
  'graphql-sse': async (query, variables, token) => {
    const client = createSseClient({
      url: toy.url,
      retryAttempts: 0,
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    const results: ExecutionResult[] = [];
    await new Promise<void>((resolve, reject) =>
      client.subscribe(
        { query, variables },
        {
          next: (result) => results.push(result as ExecutionResult),
          error: reject,
          complete: resolve,
        },
      ),
    );
    client.dispose();
    expect(results.length).toBe(1);
    return results[0] as Answer;
  },
};

const OPERATIONS: [string, string, Record<string, unknown>?][] = [
  ['a query', `query Friends { user(id: "${ADA}") { name friends(first: 2) { name } } }`],
  // So long that it leaves the engine as bytes.
  [
    'a query with a long answer',
    'query Long($t: String) { echo(text: $t) }',
    { t: 'é"\r\n'.repeat(6_000) },
  ],
  ['a query with variables', 'query Echo($t: String) { echo(text: $t) }', { t: 'two\nlines' }],
  ['what only who is signed in may read', '{ me { name email } }'],
  ['a mutation', `mutation { rename(id: "${ADA}", name: "Ada L.") { name } }`],
  ['a mutation that is not allowed to strangers', 'mutation { register(name: "x") }'],
  ['introspection', '{ __schema { queryType { name } } __typename }'],
  ['a field that fails', '{ broken whoAsks }'],
  ['a broken document', '{ whoAsks'],
  ['a field that is not there', '{ whoAskz }'],
  [
    'too deep a query',
    `{ user(id: "${ADA}") { ${'friends { '.repeat(20)}name${' }'.repeat(20)} } }`,
  ],
  ['a variable of the wrong kind', 'query ($ms: Int!) { slow(ms: $ms) }', { ms: 'soon' }],
  ['a variable that is missing', 'query ($ms: Int!) { slow(ms: $ms) }'],
];

const withoutIds = (answer: Answer) =>
  JSON.parse(JSON.stringify(answer).replace(/"requestId":"[^"]*"/g, '"requestId":"…"'));

describe.each(Object.entries(WAYS))('by %s', (_, ask) => {
  test.each(OPERATIONS)('%s is answered as by plain HTTP', async (_, query, variables = {}) => {
    for (const token of [undefined, await tokenFor(ADA)]) {
      const headers = token ? { authorization: `Bearer ${token}` } : undefined;
      const { data, errors } = (await toy.post(query, variables, headers)).body;
      const same = { ...(data === undefined ? {} : { data }), ...(errors ? { errors } : {}) };
      expect(withoutIds(await ask(query, variables, token))).toEqual(withoutIds(same));
    }
  });
});

test('operations over sockets and streams have a log line like any other', async () => {
  for (const ask of Object.values(WAYS)) await ask('query Told { whoAsks }', {});
  const ours = () => logged('request').filter(({ operation }) => operation === 'Told');
  await until(() => ours().length === 2);
  const line = { kind: 'query', cost: expect.any(Number), ms: expect.any(Number) };
  expect(ours()).toMatchObject([
    { ...line, transport: 'websocket' },
    { ...line, transport: 'sse', status: 200 },
  ]);
});

test('an operation that its client completed is not answered, and its id can be used again', async () => {
  await using socket = await openSocket(toy.wsUrl);
  const subscribe = (query: string) =>
    socket.send({ id: 'a', type: 'subscribe', payload: { query } });
  const asked = toy.toy.asked.length;
  subscribe('query Left { slow(ms: 600) }');
  await until(() => toy.toy.asked.length > asked);
  socket.send({ id: 'a', type: 'complete' });
  subscribe('query Stayed { slow(ms: 1) }');
  await until(() => socket.messages.some(({ type }) => type === 'complete'));
  expect(socket.messages.filter(({ id }) => id === 'a')).toMatchObject([
    { type: 'next', payload: { data: { slow: 'late' } } },
    { type: 'complete' },
  ]);
  const left = () => logged('request').find(({ operation }) => operation === 'Left');
  await until(left);
  expect(left()).toMatchObject({ status: 499, transport: 'websocket' });
});

test('several are answered on one socket as each is ready, up to the limit of one connection', async () => {
  await using socket = await openSocket(toy.wsUrl);
  const slow = socket.subscribe('{ slow(ms: 300) }');
  const quick = socket.subscribe('{ whoAsks }');
  await slow.completed();
  await quick.completed();
  const ended = socket.messages.filter(({ type }) => type === 'complete').map(({ id }) => id);
  expect(ended).toEqual([quick.id, slow.id]);
  const many = Array.from({ length: 25 }, () => socket.subscribe('{ slow(ms: 200) }'));
  expect((await many[24]?.error())?.[0]?.extensions.code).toBe('OPERATION_LIMIT');
  await many[0]?.completed();
});

test('once a session has ended, nothing can be read or changed in its name on an open socket', async () => {
  await using socket = await openSocket(toy.wsUrl, {
    authorization: `Bearer ${await tokenFor(ADA, { sessionId: 'ses_ending' })}`,
  });
  const read = '{ me { name } }';
  const change = `mutation { rename(id: "${ADA}", name: "x") { name } }`;
  expect((await socket.subscribe(read).atLeast(1))[0]).toEqual({ data: { me: { name: 'Ada' } } });
  session = 'ended';
  const before = toy.toy.asked.length;
  for (const query of [read, change]) {
    const errors = await socket.subscribe(query).error();
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
  session = 'open';
  expect(toy.toy.asked.length).toBe(before);
});

test('a token that has expired reads and changes nothing while its socket is given time for a newer one', async () => {
  await using socket = await openSocket(toy.wsUrl, {
    authorization: `Bearer ${await tokenFor(ADA, { expiresIn: '1s' })}`,
  });
  await until(async () => {
    const query = socket.subscribe('{ me { name } }');
    await until(() => socket.messages.some(({ id, type }) => id === query.id && type !== 'next'));
    const last = socket.messages.findLast(({ id }) => id === query.id);
    return last?.type === 'error' && last.payload[0].extensions.code === 'UNAUTHENTICATED';
  });
  expect(socket.isOpen).toBe(true);
  socket.send({ type: 'ping', payload: { accessToken: await tokenFor(ADA) } });
  await until(() =>
    socket.messages.some(({ type, payload }) => type === 'pong' && payload?.refreshed),
  );
  expect(await socket.subscribe('{ me { name } }').atLeast(1)).toHaveLength(1);
});
