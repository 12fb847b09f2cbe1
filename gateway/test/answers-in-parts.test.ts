import { createLogger } from '@souk/runtime/process';
import { parseStrictly, until } from '@souk/testkit';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from './support/sockets.ts';
import { type StartedToy, startToy, tokenFor } from './support/start-toy.ts';
import { ADA } from './support/toy-shop.ts';

const lines: string[] = [];
const reported = (operation: string) =>
  lines.map(parseStrictly).find((line) => line.msg === 'request' && line.operation === operation);
let toy: StartedToy;
beforeAll(async () => {
  const destination = { write: (line: string) => void lines.push(line) };
  toy = await startToy({ logger: createLogger({ name: 'gateway', destination }) });
});
afterAll(() => toy[Symbol.asyncDispose]());

const OF_2022 = 'multipart/mixed;deferSpec=20220824, application/json';
const V02 = 'multipart/mixed;incrementalSpec=v0.2, application/graphql-response+json';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of a part is its own affair.
type Part = Record<string, any>;

async function inParts(
  accept: string,
  query: string,
  token?: string,
  variables: Record<string, unknown> = {},
): Promise<Part[]> {
  const { headers, body } = await toy.post(query, variables, {
    accept,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  });
  expect(headers.get('content-type')).toMatch(/^multipart\/mixed;boundary="graphql";/);
  const pieces = String(body).split('--graphql');
  expect(pieces[0]).toBe('');
  expect(pieces.at(-1)).toBe('--\r\n');
  return pieces.slice(1, -1).map((piece) => {
    const [head, json] = piece.split('\r\n\r\n');
    expect(head).toBe('\r\ncontent-type: application/json');
    return JSON.parse(json as string);
  });
}

const SLOW = `query Slow { user(id: "${ADA}") { name } ... @defer(label: "S") { slow(ms: 60) } }`;
const FIRST = { user: { name: 'Ada' } };

test('the 2022 draft arrives as multipart', async () => {
  expect(await inParts(OF_2022, SLOW)).toEqual([
    { data: FIRST, hasNext: true },
    { incremental: [{ data: { slow: 'late' }, path: [], label: 'S' }], hasNext: false },
  ]);
  await until(() => reported('Slow'));
  expect(reported('Slow')).toMatchObject({ transport: 'multipart', status: 200 });
});

test('so does the newer draft, for clients that name it', async () => {
  expect(await inParts(V02, SLOW)).toEqual([
    { data: FIRST, pending: [{ id: '0', path: [], label: 'S' }], hasNext: true },
    {
      incremental: [{ id: '0', data: { slow: 'late' } }],
      completed: [{ id: '0' }],
      hasNext: false,
    },
  ]);
});

test('a body that was sent before is answered to each client as it takes it', async () => {
  for (const accept of [
    undefined,
    '*/*',
    'application/json',
    'multipart/mixed;incrementalSpec=v9, */*',
  ]) {
    const { status, body } = await toy.post(SLOW, {}, accept === undefined ? {} : { accept });
    expect({ status, body }).toEqual({ status: 200, body: { data: { ...FIRST, slow: 'late' } } });
    expect(await inParts(OF_2022, SLOW)).toHaveLength(2);
  }
  expect((await toy.post(SLOW, {}, { accept: 'text/plain' })).status).toBe(406);
});

test('graphql-sse gets the parts as events', async () => {
  const client = createSseClient({ url: toy.url, retryAttempts: 0 });
  const results: unknown[] = [];
  await new Promise<void>((complete, error) =>
    client.subscribe({ query: SLOW }, { next: (result) => results.push(result), error, complete }),
  );
  client.dispose();
  expect(results).toEqual([
    { data: FIRST, hasNext: true },
    { incremental: [{ data: { slow: 'late' }, path: [], label: 'S' }], hasNext: false },
  ]);
});

test('a socket gets them as messages, in the draft that the message names', async () => {
  await using socket = await openSocket(toy.wsUrl);
  const old = socket.subscribe(SLOW);
  await old.completed();
  expect(await old.atLeast(2)).toMatchObject([{ hasNext: true }, { incremental: [{ path: [] }] }]);
  const payload = { query: SLOW, extensions: { incrementalSpec: 'v0.2' } };
  socket.send({ id: 'new', type: 'subscribe', payload });
  await until(() => socket.messages.some(({ id, type }) => id === 'new' && type === 'complete'));
  const own = socket.messages.filter(({ id, type }) => id === 'new' && type === 'next');
  expect(own.map((message) => message.payload)).toMatchObject([
    { data: FIRST, pending: [{ id: '0' }] },
    { incremental: [{ id: '0' }], completed: [{ id: '0' }] },
  ]);
});

const FRIENDS = `query Friends($n: Int!) {
  user(id: "${ADA}") { name friends(first: 2) @stream(initialCount: $n, label: "F") { name } }
}`;
const FRIENDS_FIRST = { user: { name: 'Ada', friends: [{ name: 'Ada' }] } };
const ITEMS = { items: [{ name: 'Bo' }] };
const OLD_STREAM = [
  { data: FRIENDS_FIRST, hasNext: true },
  { incremental: [{ ...ITEMS, path: ['user', 'friends', 1], label: 'F' }], hasNext: false },
];
const NEW_STREAM = [
  {
    data: FRIENDS_FIRST,
    pending: [{ id: '0', path: ['user', 'friends'], label: 'F' }],
    hasNext: true,
  },
  { incremental: [{ id: '0', ...ITEMS }], completed: [{ id: '0' }], hasNext: false },
];

test('list items arrive in each draft, over multipart, SSE and WebSocket', async () => {
  expect(await inParts(OF_2022, FRIENDS, undefined, { n: 1 })).toEqual(OLD_STREAM);
  expect(await inParts(V02, FRIENDS, undefined, { n: 1 })).toEqual(NEW_STREAM);
  const accepted = { [OF_2022]: OLD_STREAM, [V02]: NEW_STREAM };
  for (const [accept, parts] of Object.entries(accepted)) {
    const [specification] = /(?:defer|incremental)Spec=[^,]+/.exec(accept) ?? [];
    const { body } = await toy.post(
      FRIENDS,
      { n: 1 },
      { accept: `text/event-stream;${specification}` },
    );
    const events = String(body).match(/^data: (?=\{).*$/gm) ?? [];
    expect(events.map((event) => JSON.parse(event.slice('data: '.length)))).toEqual(parts);
  }
  await using socket = await openSocket(toy.wsUrl);
  const own = { query: FRIENDS, variables: { n: 1 } };
  const newer = { ...own, extensions: { incrementalSpec: 'v0.2' } };
  for (const [id, payload, parts] of [
    ['old', own, OLD_STREAM],
    ['new', newer, NEW_STREAM],
  ] as const) {
    socket.send({ id, type: 'subscribe', payload });
    await until(() => socket.messages.some((each) => each.id === id && each.type === 'complete'));
    const messages = socket.messages.filter((each) => each.id === id && each.type === 'next');
    expect(messages.map((message) => message.payload)).toEqual(parts);
  }
});

test('a client that accepts no parts gets a streamed list as a whole, and so does one for which streaming changes nothing', async () => {
  const whole = { data: { user: { name: 'Ada', friends: [{ name: 'Ada' }, ...ITEMS.items] } } };
  for (const accept of ['application/json', '*/*', 'multipart/mixed;incrementalSpec=v9, */*']) {
    expect((await toy.post(FRIENDS, { n: 1 }, { accept })).body).toEqual(whole);
  }
  expect((await toy.post(FRIENDS, { n: 2 }, { accept: V02 })).body).toEqual(whole);
  expect((await toy.post(FRIENDS, { n: -1 }, { accept: V02 })).body).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test('a mutation may defer of its answer', async () => {
  const change = `mutation { rename(id: "${ADA}", name: "Ada L.") { name ... @defer { friends(first: 1) { name } } } }`;
  const [first, later] = await inParts(OF_2022, change, await tokenFor(ADA));
  expect(first?.data).toEqual({ rename: { name: 'Ada L.' } });
  expect(later?.incremental).toEqual([{ data: { friends: [{ name: 'Ada' }] }, path: ['rename'] }]);
});

test('access rules and limits hold for deferred parts and later items', async () => {
  const of = (accept: string, query: string) => toy.post(query, {}, { accept });
  const emails = await inParts(
    V02,
    `{ user(id: "${ADA}") { friends(first: 2) @stream(initialCount: 1) { name email } } }`,
  );
  expect(emails[1]?.incremental).toMatchObject([
    {
      items: [{ name: 'Bo', email: null }],
      errors: [{ path: ['user', 'friends', 1, 'email'], extensions: { code: 'UNAUTHENTICATED' } }],
    },
  ]);
  const crowd = `{ user(id: "${ADA}") { friends(first: 100) @stream { friends(first: 100) @stream { name } } } }`;
  expect((await of(V02, crowd)).body.errors[0].extensions.code).toBe('COST_LIMIT');
  const email = `{ user(id: "${ADA}") { name ... @defer { friends(first: 1) { email } } } }`;
  const parts = await inParts(OF_2022, email);
  const errors = parts.flatMap((part) => [
    ...(part.errors ?? []),
    ...(part.incremental ?? []).flatMap((each: Part) => each.errors ?? []),
  ]);
  expect(errors).toMatchObject([
    { path: ['user', 'friends', 0, 'email'], extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  const many = 'friends(first: 100) { friends(first: 100) { friends(first: 100) { name } } }';
  const before = toy.toy.asked.length;
  const { body } = await toy.post(
    `{ user(id: "${ADA}") { name ... @defer { ${many} } } }`,
    {},
    { accept: OF_2022 },
  );
  expect(body.errors[0].extensions.code).toBe('COST_LIMIT');
  expect(toy.toy.asked.length).toBe(before);
});

test('a client that goes after the first part is not waited for', async () => {
  const leaving = new AbortController();
  const query = SLOW.replace('Slow', 'Gone').replace('60', '60000');
  const response = await fetch(toy.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: OF_2022 },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  const reader = response.body?.getReader();
  let text = '';
  while (!text.includes('"hasNext":true')) {
    text += new TextDecoder().decode((await reader?.read())?.value);
  }
  leaving.abort();
  await until(() => reported('Gone'));
  expect(reported('Gone')).toMatchObject({ status: 499 });
});
