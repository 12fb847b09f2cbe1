import { createHash } from 'node:crypto';
import { until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPersistedOperations } from '../src/limits/persisted/persisted-operations.ts';
import { openSocket } from './support/sockets.ts';
import { type Answer, type StartedToy, startToy } from './support/start-toy.ts';
import { ADA } from './support/toy-shop.ts';

// Operations that clients register by sending them once with their SHA-256 (Apollo's protocol).

let toy: StartedToy;
beforeAll(async () => {
  toy = await startToy({ persistedOperations: { automatic: true } });
});
afterAll(() => toy[Symbol.asyncDispose]());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const idOnly = (id: string) => ({ persistedQuery: { version: 1, sha256Hash: id } });

const post = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  toy.send({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const get = (parameters: Record<string, string>) =>
  toy.send(
    { headers: { 'apollo-require-preflight': 'yes' } },
    `/graphql?${new URLSearchParams(parameters)}`,
  );

const codeOf = ({ body }: Answer) => body.errors?.[0]?.extensions.code;

test('an unregistered id is not found, in the words and with the status of Apollo', async () => {
  const answer = await post({ extensions: idOnly(sha256('{ never }')) });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    errors: [
      {
        message: 'PersistedQueryNotFound',
        extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
      },
    ],
  });
});

test('after an operation was sent once with its id, the id is enough, by POST and by GET', async () => {
  const query = 'query One($id: ID!) { user(id: $id) { name } }';
  const extensions = idOnly(sha256(query));
  const variables = { id: ADA };
  const expected = { data: { user: { name: 'Ada' } } };
  expect((await post({ query, variables, extensions })).body).toEqual(expected);
  // The second and third time it is known.
  for (let time = 0; time < 3; time += 1) {
    expect((await post({ variables, extensions })).body).toEqual(expected);
  }
  const asText = {
    variables: JSON.stringify(variables),
    extensions: JSON.stringify(extensions),
    operationName: 'One',
  };
  expect((await get(asText)).body).toEqual(expected);
});

test.each(['once', 'often'])(
  'a text that has run %s without its id can be registered',
  async (times) => {
    const query = `query Ran_${times}($id: ID!) { user(id: $id) { name } }`;
    const variables = { id: ADA };
    const expected = { data: { user: { name: 'Ada' } } };
    for (let time = 0; time < (times === 'once' ? 1 : 3); time += 1)
      await post({ query, variables });
    const extensions = idOnly(sha256(query));
    expect(codeOf(await post({ variables, extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post({ query, variables, extensions })).body).toEqual(expected);
    expect((await post({ variables, extensions })).body).toEqual(expected);
  },
);

test('a dropped operation is registered again by the same body', async () => {
  await using small = await startToy({ persistedOperations: { automatic: { operations: 2 } } });
  const send = (body: object) =>
    small.send({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const query = '{ whoAsks given: whoAsks }';
  const extensions = idOnly(sha256(query));
  await send({ query, extensions });
  await send({ query, extensions });
  for (const other of ['{ a: whoAsks }', '{ b: whoAsks }', '{ c: whoAsks }']) {
    await send({ query: other, extensions: idOnly(sha256(other)) });
  }
  // Another operation name, so that no body of the past stands in for the registration.
  const byId = { extensions, operationName: null, variables: null };
  expect(codeOf(await send(byId))).toBe('PERSISTED_QUERY_NOT_FOUND');
  await send({ query, extensions });
  expect((await send(byId)).body.data.given).toBe('nobody');
});

test('a GET may register too', async () => {
  const query = '{ whoAsks two: whoAsks }';
  const extensions = JSON.stringify(idOnly(sha256(query)));
  expect((await get({ query, extensions })).body.data.two).toBe('nobody');
  expect((await get({ extensions })).body.data.two).toBe('nobody');
});

test('a mutation named by its id does not run by GET', async () => {
  const query = 'mutation { register(name: "by id") }';
  const extensions = idOnly(sha256(query));
  expect((await post({ query, extensions })).body.data.register).toBe('by id');
  const before = toy.toy.asked.length;
  expect((await get({ extensions: JSON.stringify(extensions) })).status).toBe(405);
  expect(toy.toy.asked.length).toBe(before);
});

test('the viewer is authenticated for every request by id', async () => {
  const query = '{ whoAsks three: __typename }';
  const extensions = idOnly(sha256(query));
  const authorization = `Bearer ${await toy.token(ADA)}`;
  for (let time = 0; time < 3; time += 1) {
    expect((await post({ query, extensions })).body.data.whoAsks).toBe('nobody');
    expect((await post({ extensions }, { authorization })).body.data.whoAsks).toBe(ADA);
    expect((await post({ extensions }, { authorization: 'Bearer bad' })).status).toBe(401);
  }
});

test('the id of another text: 400, nothing runs, and the id stays as it was', async () => {
  const query = '{ whoAsks four: __typename }';
  const extensions = idOnly(sha256(query));
  await post({ query, extensions });
  const before = toy.toy.asked.length;
  for (let time = 0; time < 3; time += 1) {
    const answer = await post({ query: '{ slow(ms: 1) }', extensions });
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('BAD_REQUEST');
  }
  expect(toy.toy.asked.length).toBe(before);
  expect((await post({ extensions })).body.data).toHaveProperty('four');
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['a text', 'x'],
  ['a version to come', { version: 2, sha256Hash: 'a'.repeat(64) }],
  ['a version as text', { version: '1', sha256Hash: 'a'.repeat(64) }],
  ['no id', { version: 1 }],
  ['an id that is a number', { version: 1, sha256Hash: 1 }],
  ['an id that is too short', { version: 1, sha256Hash: 'abc' }],
  ['an id of another object', { version: 1, sha256Hash: '__proto__' }],
])('%s instead of version and id: 400', async (_, persistedQuery) => {
  const answer = await post({ query: '{ whoAsks }', extensions: { persistedQuery } });
  expect(answer.status).toBe(400);
  expect(codeOf(answer)).toBe('BAD_REQUEST');
});

test.each([
  ['too deep', `{ user(id: "${ADA}") { ${'friends { '.repeat(12)}name${' }'.repeat(13)} }`],
  ['too dear', `{ user(id: "${ADA}") { ${'friends { '.repeat(4)}name${' }'.repeat(5)} }`],
  ['of an unknown field', '{ nothing }'],
  ['no GraphQL', '{ whoAsks('],
])('an operation that is %s is not registered', async (_, query) => {
  const extensions = idOnly(sha256(query));
  expect((await post({ query, extensions })).status).toBe(400);
  expect(codeOf(await post({ extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND');
});

test('a thousand registrations leave no more entries than the limit', async () => {
  await using few = await startToy({ persistedOperations: { automatic: { operations: 50 } } });
  const query = (index: number) => `{ n${index}: __typename }`;
  const send = (body: object) =>
    few.send({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  for (let start = 0; start < 1_000; start += 50) {
    const batch = Array.from({ length: 50 }, (_, index) => query(start + index));
    await Promise.all(batch.map((text) => send({ query: text, extensions: idOnly(sha256(text)) })));
  }
  const known = async (index: number) =>
    (await send({ extensions: idOnly(sha256(query(index))) })).body.data !== undefined;
  expect(await known(999)).toBe(true);
  let found = 0;
  for (let index = 0; index < 1_000; index += 1) if (await known(index)) found += 1;
  expect(found).toBe(50);
});

test('subscriptions register too, by stream and by socket', async () => {
  const query = 'subscription Notes { notes { ... on CaughtUp { replayed } } }';
  const other = 'subscription Others { notes { __typename } }';
  const firstEventOf = async (body: object) => {
    const stop = new AbortController();
    const response = await fetch(toy.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(body),
      signal: stop.signal,
    });
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"data"') || text.includes('"errors"')) break;
    }
    stop.abort();
    return text;
  };
  await using socket = await openSocket(toy.wsUrl);
  const firstMessageOf = async (id: string, payload: object) => {
    socket.send({ id, type: 'subscribe', payload: { query: '', ...payload } });
    return until(() => socket.messages.find((message) => message.id === id));
  };
  expect(await firstEventOf({ query, extensions: idOnly(sha256(query)) })).toMatch('"replayed"');
  expect(await firstEventOf({ extensions: idOnly(sha256(query)) })).toMatch('"replayed"');
  const unknown = await firstMessageOf('a', { extensions: idOnly(sha256(other)) });
  expect(unknown?.payload[0]).toEqual({
    message: 'PersistedQueryNotFound',
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
  });
  await firstMessageOf('b', { query: other, extensions: idOnly(sha256(other)) });
  const known = await firstMessageOf('c', { extensions: idOnly(sha256(other)) });
  expect(known?.payload.data.notes).toEqual({ __typename: 'CaughtUp' });
});

test('registering and a closed list exclude each other', async () => {
  const safelist = { mode: 'enforce', manifestFile: 'none.json' } as const;
  await expect(
    createPersistedOperations({ automatic: true, safelist, logger: null as never }),
  ).rejects.toThrow(/cannot register/);
});
