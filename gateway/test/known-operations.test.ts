import { createHash } from 'node:crypto';
import { createLogger } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import { answerTypeFor } from '../src/clients/http/accepted-types.ts';
import { createOperationGuard } from '../src/limits/guard.ts';
import { noPersistedOperations } from '../src/limits/persisted/persisted-operations.ts';
import type { Operation } from '../src/pipeline/operation.ts';
import { Refusal } from '../src/pipeline/refusal.ts';
import { createUnderstand } from '../src/pipeline/understand.ts';
import { createGatewaySupergraph } from '../src/supergraph/gateway-supergraph.ts';
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

test('the viewer is authenticated for every request', async () => {
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

test('a restricted field stays refused to others', async () => {
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

test('an operation is compiled once for each supergraph and each safelist', () => {
  const { supergraphSdl } = createToy();
  const load = () =>
    createGatewaySupergraph(supergraphSdl, { transport: { execute: async () => ({ data: {} }) } });
  let current = load();
  const loaded = [current];
  const persisted = { ...noPersistedOperations(), edition: 1 };
  const logger = createLogger({ name: 'test', level: 'silent' });
  const guard = createOperationGuard({ logger, persisted });
  const understand = createUnderstand({ supergraph: () => current, guard });
  const first = understand(USER, undefined);
  expect(first).not.toBeInstanceOf(Refusal);
  expect(understand(USER, undefined)).toBe(first);
  expect(understand(`${USER} `, undefined)).not.toBe(first);
  expect(understand('{ nope }', undefined)).not.toBe(understand('{ nope }', undefined));
  persisted.edition = 2;
  const second = understand(USER, undefined);
  expect(second).not.toBe(first);
  expect(understand(USER, undefined)).toBe(second);
  current = load();
  loaded.push(current);
  const third = understand(USER, undefined) as Operation;
  expect(third.supergraph).toBe(current);
  expect(understand.isCurrent(third)).toBe(true);
  expect(understand.isCurrent(first as Operation)).toBe(false);
  for (const { engine } of loaded) engine.close();
});

test('an operation that has run once can be registered afterwards', async () => {
  await using toy = await startToy({ persistedOperations: { automatic: true } });
  const query = '{ whoAsks }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const headers = { 'content-type': 'application/json' };
  const send = (body: unknown) => toy.send({ method: 'POST', headers, body: JSON.stringify(body) });
  await send({ query });
  await send({ query });
  expect((await send({ extensions })).body.errors[0].message).toBe('PersistedQueryNotFound');
  expect((await send({ query, extensions })).body).toEqual({ data: { whoAsks: 'nobody' } });
  expect((await send({ extensions })).body).toEqual({ data: { whoAsks: 'nobody' } });
});

test('made-up Accept headers of others do not change how one is read', () => {
  for (let made = 0; made < 10_000; made += 1) answerTypeFor(`application/json, made/up${made}`);
  for (const accept of [undefined, '*/*', 'application/graphql-response+json, application/json']) {
    expect(answerTypeFor(accept)).not.toBeNull();
  }
  for (const accept of ['text/html', 'text/event-stream', 'application/json;q=0']) {
    expect(answerTypeFor(accept)).toBeNull();
  }
});

test.each<[string, string]>([
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
  ['application/json;q=0.5, application/graphql-response+json;q=0.4', 'application/json'],
  ['text/html, application/*;q=0.1', 'application/json'],
])('Accept: %s is answered as %s, the first time and the next', async (accept, type) => {
  await using toy = await startToy();
  for (let time = 0; time < 2; time += 1) {
    const { status, headers } = await toy.post('{ __typename }', {}, { accept });
    expect([status, headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  }
});
