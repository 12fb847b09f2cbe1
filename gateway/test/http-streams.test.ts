import { until } from '@souk/testkit';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { serveToy, testSigner } from './support/serve-toy.ts';
import { type StartedToy, startToy, tokenFor } from './support/start-toy.ts';
import { ADA, createToy, ROOM } from './support/toy-shop.ts';

const NOTES =
  'subscription Notes($after: EventCursor) { notes(after: $after) { ... on Said { text author { name } } } }';
const PRIVATE = `subscription { roomEvents(roomId: "${ROOM}") { __typename } }`;

let toy: StartedToy;
beforeAll(async () => {
  toy = await startToy();
});
afterAll(() => toy[Symbol.asyncDispose]());

test('the official graphql-sse client gets events with fields of other subgraphs', async () => {
  const client = createClient({
    url: toy.url,
    headers: { authorization: `Bearer ${await tokenFor(ADA)}` },
  });
  const seen: unknown[] = [];
  const stop = client.subscribe(
    { query: NOTES },
    { next: ({ data }) => seen.push(data), error: (error) => seen.push(error), complete: () => {} },
  );
  await until(() => seen.length === 1);
  toy.toy.log.say('hello', ADA);
  await until(() => seen.length === 2);
  expect(seen[1]).toEqual({ notes: { text: 'hello', author: { name: 'Ada' } } });
  stop();
  client.dispose();
  await until(() => toy.toy.log.subscribers === 0);
});

test('a plain EventSource reads ids, and continues after the last one', async () => {
  const from = toy.toy.log.head;
  for (const text of ['a', 'b', 'c']) toy.toy.log.say(text);
  const url = `${toy.url}?query=${encodeURIComponent(NOTES)}`;
  const stream = await open(url, {
    headers: { accept: 'text/event-stream', 'last-event-id': String(from + 1) },
  });
  expect(stream.contentType).toMatch('text/event-stream');
  await until(() => stream.text.includes(`event: next\nid: ${from + 3}`));
  const ids = [...stream.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id) - from);
  expect(ids).toEqual([2, 3, 3]);
  expect(stream.text).toMatch(/"text":"b"[\s\S]*"text":"c"/);
  expect(stream.text).not.toMatch('"text":"a"');
});

test('multipart as Apollo Client asks for it', async () => {
  const stream = await open(toy.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json',
    },
    body: JSON.stringify({ query: NOTES }),
  });
  expect(stream.contentType).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
  await until(() => toy.toy.log.subscribers === 1);
  toy.toy.log.say('in parts', ADA);
  await until(() => stream.text.includes('in parts'));
  const parts = stream.text.split('--graphql').slice(1, -1);
  expect(
    parts.map(
      (text) => JSON.parse(text.split('\r\n\r\n')[1] ?? '').payload.data.notes.text ?? null,
    ),
  ).toEqual([null, 'in parts']);
});

test('a refusal is sent in the stream, and it ends', async () => {
  for (const [query, code] of [
    [PRIVATE, 'UNAUTHENTICATED'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { ...F } fragment F on Subscription {', 'GRAPHQL_PARSE_FAILED'],
    [`subscription { ${'a { '.repeat(20)} b ${'} '.repeat(21)}`, 'GRAPHQL_VALIDATION_FAILED'],
  ] as const) {
    const stream = await open(toy.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    await stream.ended;
    expect(stream.text).toMatch(`"code":"${code}"`);
    expect(stream.text).toMatch(/event: complete\ndata:\n\n$/);
  }
});

test('a plain EventSource gets the error of an invalid operation, with its location', async () => {
  const url = `${toy.url}?query=${encodeURIComponent('subscription { notes {')}`;
  const stream = await open(url, { headers: { accept: 'text/event-stream' } });
  await stream.ended;
  expect(stream.contentType).toMatch('text/event-stream');
  expect(stream.text).toMatch(/"locations":\[\{"line":1,"column":\d+\}\]/);
});

test('a client that reads single answers, too, gets one', async () => {
  const { status, headers } = await toy.post(
    'subscription {',
    {},
    { accept: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json' },
  );
  expect([status, headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8']);
});

test('a bad token is 401, no stream', async () => {
  const { status } = await toy.post(
    NOTES,
    {},
    { accept: 'text/event-stream', authorization: 'Bearer a.b.c' },
  );
  expect(status).toBe(401);
});

test('a stream ends when its token has expired', async () => {
  await using short = await startToy({ socketLimits: { tokenGraceMs: 0 } });
  const accessToken = await tokenFor(ADA, { expiresIn: Math.floor(Date.now() / 1_000) + 2 });
  const stream = await open(short.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${accessToken}`,
    },
    body: JSON.stringify({ query: PRIVATE }),
  });
  await stream.ended;
  await until(() => short.toy.log.subscribers === 0);
});

test('closing the gateway ends streams without `complete`, so that clients reconnect', async () => {
  const own = await startToy();
  const stream = await open(`${own.url}?query=${encodeURIComponent(NOTES)}`, {
    headers: { accept: 'text/event-stream' },
  });
  await until(() => own.toy.log.subscribers === 1);
  await own.gateway.close();
  await stream.ended;
  expect(stream.text).not.toMatch('event: complete');
});

test.each(['in this process', 'over HTTP'])(
  'a late part from a subgraph %s is missing in its event alone',
  async (place) => {
    const own = createToy();
    let isSlow = true;
    const { people } = own;
    const slowPeople: typeof people = {
      ...people,
      execute: async (request) => {
        if (isSlow) await new Promise((resolve) => setTimeout(resolve, 600));
        return people.execute(request);
      },
    };
    const served = place === 'over HTTP' ? await serveToy(slowPeople) : null;
    await using late = await startToy(
      {
        subgraphs: { rooms: own.rooms, ...(served ? {} : { people: slowPeople }) },
        ...(served ? { subgraphUrls: { people: served.url } } : {}),
        signIdentity: await testSigner(),
        httpLimits: { requestTimeoutMs: 300 },
      },
      own,
    );
    onTestFinished(() => served?.close());
    const stream = await open(`${late.url}?query=${encodeURIComponent(NOTES)}`, {
      headers: { accept: 'text/event-stream' },
    });
    await until(() => own.log.subscribers === 1);
    own.log.say('late', ADA);
    await until(() => stream.text.includes('"late"'));
    isSlow = false;
    const events = () =>
      [...stream.text.matchAll(/^data: (.+)$/gm)].map(([, json]) => JSON.parse(json ?? ''));
    // On a busy machine one of the others may be late as well.
    await until(async () => {
      const before = events().length;
      own.log.say('soon', ADA);
      await until(() => events().length > before);
      return events().at(-1).data.notes.author !== null;
    });
    expect(events()[1]).toMatchObject({
      data: { notes: { text: 'late', author: null } },
      errors: [{ path: ['notes', 'author', 'name'], extensions: { code: 'SUBGRAPH_TIMEOUT' } }],
    });
    expect(events().at(-1)).toMatchObject({
      data: { notes: { text: 'soon', author: { name: 'Ada' } } },
    });
  },
);

test('ended streams leave nothing in long-lived objects', async () => {
  const STREAMS = 30;
  const uses = new Map<AbortSignal, number>();
  const { any } = AbortSignal;
  const spy = vi.spyOn(AbortSignal, 'any').mockImplementation((signals) => {
    for (const signal of signals) uses.set(signal, (uses.get(signal) ?? 0) + 1);
    return any.call(AbortSignal, signals);
  });
  onTestFinished(() => spy.mockRestore());
  for (let index = 0; index < STREAMS; index += 1) {
    const leave = new AbortController();
    const response = await fetch(`${toy.url}?query=${encodeURIComponent(NOTES)}`, {
      headers: { accept: 'text/event-stream' },
      signal: leave.signal,
    });
    await response.body?.getReader().read();
    leave.abort();
  }
  await until(() => toy.toy.log.subscribers === 0);
  // Node keeps a trace of every signal made from another for as long as that one lives.
  expect(Math.max(0, ...uses.values())).toBeLessThan(STREAMS);
});

/** A response that is read while it comes. */
async function open(url: string, init: RequestInit) {
  const leave = new AbortController();
  const response = await fetch(url, { ...init, signal: leave.signal });
  const stream = {
    text: '',
    contentType: response.headers.get('content-type') ?? '',
    ended: Promise.resolve(),
  };
  stream.ended = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? [])
        stream.text += decoder.decode(chunk, { stream: true });
    } catch {
      // Cut off, by the test or by the gateway.
    }
  })();
  onTestFinished(async () => {
    leave.abort();
    await stream.ended;
  });
  return stream;
}
