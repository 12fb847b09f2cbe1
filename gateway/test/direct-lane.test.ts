import { createLogger } from '@souk/runtime';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createDirectLane } from '../src/clients/http/direct-lane.ts';
import { createOperationGuard } from '../src/limits/guard.ts';
import { loadSupergraph } from '../src/supergraph/loaded-supergraph.ts';
import { type Answer, startToy } from './support/start-toy.ts';
import { ADA, BO, createToy } from './support/toy-shop.ts';

const withoutDate = ({ status, headers, body }: Answer) => ({
  status,
  body,
  headers: Object.fromEntries(
    [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
  ),
});

const USER = 'query($id: ID!) { user(id: $id) { name friends { name } } }';

test.each<[string, string, Record<string, unknown>, Record<string, string>]>([
  ['a query', USER, { id: ADA }, {}],
  [
    'one with another Accept header',
    USER,
    { id: BO },
    { accept: 'application/graphql-response+json' },
  ],
  ['one from a page that is allowed', USER, { id: BO }, { origin: 'https://shop.example' }],
  ['one from a page that is not', USER, { id: BO }, { origin: 'https://evil.example' }],
  ['no field at all', '{ __typename }', {}, {}],
])('%s is answered alike every time', async (_, query, variables, headers) => {
  await using toy = await startToy({ allowedOrigins: ['https://shop.example'] });
  const [first, ...others] = await (async () => {
    const answers = [];
    for (let time = 0; time < 4; time += 1) {
      answers.push(withoutDate(await toy.post(query, variables, headers)));
    }
    return answers;
  })();
  expect(first?.status).toBe(200);
  for (const other of others) expect(other).toEqual(first);
});

test('an operation that is known is still refused for its variables, in the same words', async () => {
  await using fresh = await startToy();
  await using known = await startToy();
  await known.post(USER, { id: ADA });
  await known.post(USER, { id: ADA });
  for (const variables of [{}, { id: null }, { id: { deep: 1 } }, { id: `a\u0000b` }]) {
    const expected = await fresh.post(USER, variables);
    expect(expected.status).toBeGreaterThanOrEqual(400);
    expect(withoutDate(await known.post(USER, variables))).toEqual(withoutDate(expected));
  }
});

test('who asks is found out for every request', async () => {
  await using toy = await startToy();
  const whoAsks = async (headers: Record<string, string> = {}) =>
    toy.post('{ whoAsks }', {}, headers);
  const [ada, bo] = [await toy.token(ADA), await toy.token(BO)];
  for (let time = 0; time < 2; time += 1) {
    expect((await whoAsks()).body.data).toEqual({ whoAsks: 'nobody' });
    expect((await whoAsks({ authorization: `Bearer ${ada}` })).body.data).toEqual({ whoAsks: ADA });
    expect((await whoAsks({ authorization: `Bearer ${bo}` })).body.data).toEqual({ whoAsks: BO });
    expect((await whoAsks({ authorization: 'Bearer nonsense' })).status).toBe(401);
  }
});

test('a field that is not for everybody stays refused to those it is not for', async () => {
  await using toy = await startToy();
  const authorization = `Bearer ${await toy.token(ADA)}`;
  for (let time = 0; time < 2; time += 1) {
    const mine = await toy.post('{ me { name } }', {}, { authorization });
    expect(mine.body).toEqual({ data: { me: { name: 'Ada' } } });
    const nobodys = await toy.post('{ me { name } }');
    expect(nobodys.body.data).toEqual({ me: null });
  }
});

test('identical mutations are all carried out', async () => {
  await using toy = await startToy();
  const register = 'mutation { register(name: "Cy") }';
  const answers = [];
  for (let time = 0; time < 3; time += 1) answers.push((await toy.post(register)).body);
  expect(answers).toEqual([1, 2, 3].map(() => ({ data: { register: 'Cy' } })));
  expect(toy.toy.asked.filter(({ query }) => query.includes('register'))).toHaveLength(3);
});

test('the lane takes what it has learnt, and only on the supergraph it was learnt on', async () => {
  const toy = createToy();
  const load = () =>
    loadSupergraph(toy.supergraphSdl, { transport: { execute: async () => ({ data: {} }) } });
  let current = load();
  const lane = createDirectLane({
    supergraph: () => current,
    guard: createOperationGuard({ logger: createLogger({ name: 'test', level: 'silent' }) }),
    limits: { bodyBytes: 10_000, jsonDepth: 32 },
    path: '/graphql',
  });
  const body = (query: string, more = {}) => Buffer.from(JSON.stringify({ query, ...more }));
  const learn = (query: string) =>
    lane.learn({ query, operationName: undefined, variables: {} }, parse(query));
  expect(lane.find(body(USER, { variables: { id: 'a' } }))).toBeUndefined();
  await learn(USER);
  expect(lane.find(body(USER, { variables: { id: 'a' } }))?.variables).toEqual({ id: 'a' });
  expect(lane.find(body(USER, { variables: { id: 'b' } }))?.variables).toEqual({ id: 'b' });
  expect(lane.find(body(USER, { variables: { id: 'a\u0000' } }))).toBeUndefined();
  expect(lane.find(body(USER, { extensions: { persistedQuery: {} } }))).toBeUndefined();
  expect(lane.find(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
  learn('{ me { name } }');
  expect(lane.find(body('{ me { name } }'))).toBeUndefined();
  current = load();
  expect(lane.find(body(USER, { variables: { id: 'a' } }))).toBeUndefined();
});

test('whatever Accept headers others make up, one that fits goes the short way', () => {
  const lane = createDirectLane({
    supergraph: () => {
      throw new Error('not asked');
    },
    guard: createOperationGuard({ logger: createLogger({ name: 'test', level: 'silent' }) }),
    limits: { bodyBytes: 10_000, jsonDepth: 32 },
    path: '/graphql',
  });
  const suits = (accept: string | undefined) =>
    lane.suits({
      ...{ method: 'POST', url: '/graphql', rawHeaders: [] },
      headers: { 'content-type': 'application/json', 'content-length': '10', accept },
    } as never);
  for (let made = 0; made < 10_000; made += 1) suits(`application/json, made/up${made}`);
  for (const accept of [undefined, '*/*', 'application/graphql-response+json, application/json']) {
    expect(suits(accept)).toBe(true);
  }
  for (const accept of ['text/html', 'text/event-stream', 'application/json;q=0']) {
    expect(suits(accept)).toBe(false);
  }
});

test.each<[string, string]>([
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
  ['application/json;q=0.5, application/graphql-response+json;q=0.4', 'application/json'],
  ['text/html, application/*;q=0.1', 'application/json'],
])('Accept: %s is answered as %s, the long way and the short one', async (accept, type) => {
  await using toy = await startToy();
  for (let time = 0; time < 2; time += 1) {
    const { status, headers } = await toy.post('{ __typename }', {}, { accept });
    expect([status, headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  }
});
