import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SubgraphResponse } from '@souk/engine';
import type { SignIdentity } from '@souk/runtime/identity';
import { metricsText, startMeasuring } from '@souk/runtime/telemetry';
import { until } from '@souk/testkit';
import { OperationTypeNode } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { createTransport } from '../src/upstream/transport.ts';
import { createViewerBatch } from '../src/upstream/viewer-batch.ts';
import { type Intercept, standBefore } from './support/front.ts';
import { testSigner } from './support/serve-toy.ts';
import { openSocket } from './support/sockets.ts';
import { HALL, type Halls, type HallsOptions, startHalls } from './support/toy-halls.ts';

const WITH_NOTES = `subscription ($hall: ID!) {
  openEvents(hallId: $hall) { ... on Said { text hall { title note } } } }`;

/** Halls whose subgraph is reached past `intercept`. */
async function hallsBehind(intercept: Intercept, options: HallsOptions = {}): Promise<Halls> {
  const behind = async (url: string) => {
    const front = await standBefore(url, intercept);
    onTestFinished(() => front[Symbol.asyncDispose]());
    return front.url;
  };
  return startHalls({ served: true, behind, ...options });
}

/** A subscriber for each of the users, null being nobody, all on the shared stream. */
async function followAs(halls: Halls, userIds: readonly (string | null)[]) {
  const sockets = await Promise.all(
    userIds.map(async (userId) =>
      openSocket(
        halls.wsUrl,
        userId === null ? undefined : { authorization: `Bearer ${await halls.token(userId)}` },
      ),
    ),
  );
  onTestFinished(async () => {
    for (const socket of sockets) await socket[Symbol.asyncDispose]();
  });
  const streams = sockets.map((socket) => socket.subscribe(WITH_NOTES, { hall: HALL }));
  await until(() => halls.open.own === 0 && halls.open.shared === 1);
  return streams;
}

const isForMany = (body: string) => JSON.parse(body).viewers !== undefined;

test('a viewer without a name is fetched for apart, and does not affect the others', async () => {
  let batches = 0;
  await using halls = await hallsBehind((body) => {
    if (isForMany(body)) batches += 1;
    return false;
  });
  const userIds = ['usr_1', null, 'usr_2', null, 'usr_3'];
  const streams = await followAs(halls, userIds);
  halls.say('a');
  for (const [index, stream] of streams.entries()) {
    const [, event] = await stream.atLeast(2);
    expect(event).toEqual({
      data: {
        openEvents: {
          text: 'a',
          hall: { title: 'Great Hall', note: `for ${userIds[index] ?? 'nobody'}` },
        },
      },
      extensions: { cursor: '1' },
    });
  }
  expect(batches).toBe(1);
});

const json = (response: ServerResponse, text: string) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(text);
};

test.each<[string, string, (response: ServerResponse) => void]>([
  ['not JSON', 'SUBGRAPH_ERROR', (response) => json(response, '{"answers": [{"data": ')],
  ['no answers', 'SUBGRAPH_ERROR', (response) => json(response, '{"data": null}')],
  [
    'too few answers',
    'SUBGRAPH_ERROR',
    (response) => json(response, '{"answers": [{"data": {}}]}'),
  ],
  [
    'no response each',
    'SUBGRAPH_ERROR',
    (response) => json(response, '{"answers": [null, 7, "x"]}'),
  ],
  ['a list each', 'SUBGRAPH_ERROR', (response) => json(response, '{"answers": [[], [], []]}')],
  ['a refusal', 'SUBGRAPH_ERROR', (response) => response.writeHead(400).end('no')],
  ['a failure', 'SUBGRAPH_UNAVAILABLE', (response) => response.writeHead(500).end('no')],
  ['a hang-up', 'SUBGRAPH_UNAVAILABLE', (response) => void response.destroy()],
  ['nothing in time', 'SUBGRAPH_TIMEOUT', () => {}],
])(
  'when the answer for many is %s, they miss that part and get the error: %s',
  async (_, code, answer) => {
    let isSpoilt = true;
    await using halls = await hallsBehind(
      (body, response) => {
        if (!isSpoilt || !isForMany(body)) return false;
        answer(response);
        return true;
      },
      // Only who waits for nothing is to wait in vain: on a busy machine all may take a while.
      { subgraphRequests: { queryTimeoutMs: code === 'SUBGRAPH_TIMEOUT' ? 1_000 : 60_000 } },
    );
    const streams = await followAs(halls, ['usr_1', 'usr_2', 'usr_3']);
    halls.say('spoilt');
    for (const stream of streams) {
      const [, event] = await stream.atLeast(2);
      expect(event).toMatchObject({
        data: { openEvents: { text: 'spoilt', hall: { title: 'Great Hall', note: null } } },
        extensions: { cursor: '1' },
      });
      expect(event?.errors).toEqual([
        expect.objectContaining({
          path: ['openEvents', 'hall', 'note'],
          extensions: expect.objectContaining({ code }),
        }),
      ]);
    }
    isSpoilt = false;
    halls.say('well');
    for (const [index, stream] of streams.entries()) {
      const [, , event] = await stream.atLeast(3);
      expect(event).toEqual({
        data: {
          openEvents: { text: 'well', hall: { title: 'Great Hall', note: `for usr_${index + 1}` } },
        },
        extensions: { cursor: '2' },
      });
    }
    expect(halls.open).toEqual({ own: 0, shared: 1 });
  },
);

test('the results of five thousand viewers at once fit, 4 KB each', async () => {
  const sizes: number[] = [];
  const note = 'x'.repeat(4_000);
  await using front = await standBefore('http://127.0.0.1:1/graphql', (body, response) => {
    const { viewers } = JSON.parse(body) as { viewers: { userId: string; requestId: string }[] };
    sizes.push(viewers.length);
    for (const { userId, requestId } of viewers) expect(requestId).toBe(`req-${userId}`);
    const answers = viewers.map(({ userId }) => ({ data: { note: `${userId} ${note}` } }));
    json(response, JSON.stringify({ answers }));
    return true;
  });
  const transport = createTransport({
    local: () => undefined,
    urlOf: () => front.url,
    sign: await testSigner(),
    http: { queryTimeoutMs: 120_000 },
  });
  onTestFinished(() => transport.close());
  const batch = createViewerBatch();
  const askAs = (userId: string) =>
    new Promise<SubgraphResponse>((answered, failed) => {
      const viewer = { userId, sessionId: `ses_${userId}`, roles: ['CUSTOMER' as const] };
      transport.send(
        {
          subgraph: 'halls',
          query: '{ note }',
          operationType: OperationTypeNode.QUERY,
          bodyText: '{"query":"{ note }"}',
          context: { requestId: `req-${userId}`, viewer, batch },
        },
        undefined,
        { answered, failed },
      );
    });
  const userIds = Array.from({ length: 5_000 }, (_, index) => `usr_${index}`);
  const answers = await Promise.all(userIds.map((id) => batch.run(() => askAs(id))));
  answers.forEach((answer, index) => {
    const { data } = 'text' in answer ? JSON.parse(answer.text) : answer;
    expect(data).toEqual({ note: `usr_${index} ${note}` });
  });
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5_000);
});

/** Events that were completed by this process so far. */
async function completions(): Promise<number> {
  const name = 'graphql_subscription_event_duration_seconds_count';
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await metricsText())?.[1] ?? 0);
}

const JOIN = `subscription ($hall: ID!, $after: EventCursor) {
  hallEvents(hallId: $hall, after: $after) { __typename ... on Said { text } ... on StreamEvent { cursor } } }`;

/** Opens upstream subscriptions at the same subgraph that the halls' gateway uses. */
async function upstreamsOf(options: { sign?: SignIdentity } = {}) {
  let url = '';
  const halls = await startHalls({
    served: true,
    behind: async (its) => {
      url = its;
      return its;
    },
  });
  const sign = options.sign ?? (await testSigner());
  const transport = createTransport({ local: () => undefined, urlOf: () => url, sign });
  const joined: AbortController[] = [];
  onTestFinished(async () => {
    for (const stopped of joined) stopped.abort();
    await transport.close();
    await halls[Symbol.asyncDispose]();
  });
  const joinAs = (userId: string, joins = true) => {
    const stopped = new AbortController();
    joined.push(stopped);
    return transport.subscribe(
      {
        subgraph: 'halls',
        query: JOIN,
        operationType: OperationTypeNode.SUBSCRIPTION,
        variablesText: `{"hall":"${HALL}","after":"0"}`,
        bodyText: `{"query":"","variables":{"hall":"${HALL}","after":"0"}}`,
        context: {
          requestId: `req-${userId}`,
          viewer: { userId, sessionId: `ses_${userId}`, roles: ['CUSTOMER'] },
          joins,
        },
      },
      stopped.signal,
    );
  };
  return { halls, joinAs };
}

test('many viewers who subscribe to the same thing are let in by one request, each authorised apart', async () => {
  const { halls, joinAs } = await upstreamsOf();
  halls.say('missed');
  halls.sendAwaySilently('usr_7');
  const userIds = Array.from({ length: 50 }, (_, index) => `usr_${index}`);
  const joined = await Promise.all(userIds.map((userId) => joinAs(userId)));
  for (const [index, events] of joined.entries()) {
    const { value: first } = await events.next();
    if (index === 7) {
      expect(first?.errors).toMatchObject([{ extensions: { code: 'HALL_NOT_FOUND' } }]);
      expect(await events.next()).toMatchObject({ done: true });
      continue;
    }
    expect(first).toMatchObject({ data: { hallEvents: { text: 'missed' } } });
    const { value: second } = await events.next();
    expect(second).toMatchObject({
      data: { hallEvents: { __typename: 'CaughtUp' } },
      extensions: { stream: { shared: true } },
    });
  }
  expect(halls.requests.count).toBe(1);
  // What goes on from here on is the shared subscription's to tell.
  await until(() => halls.open.own === 0);
});

test('viewers who subscribe during a pending request go together in the next one', async () => {
  const { halls, joinAs } = await upstreamsOf();
  const joining: ReturnType<typeof joinAs>[] = [];
  for (let number = 0; number < 100; number += 1) {
    joining.push(joinAs(`usr_${number}`));
    await nextTurn();
  }
  for (const events of await Promise.all(joining)) {
    const { value: first } = await events.next();
    expect(first).toMatchObject({ extensions: { stream: { shared: true } } });
  }
  // Each came in a turn of the event loop of its own, and an answer takes two at the least: some fifty requests.
  expect(halls.requests.count).toBeLessThan(75);
  await until(() => halls.open.own === 0);
});

test('viewers with the same gap share one result', async () => {
  const { halls, joinAs } = await upstreamsOf();
  const userIds = Array.from({ length: 50 }, (_, index) => `usr_${index}`);
  const joined = await Promise.all(userIds.map((userId) => joinAs(userId)));
  const first = await Promise.all(joined.map(async (events) => (await events.next()).value));
  for (const result of first) expect(result?.extensions?.stream).toMatchObject({ shared: true });
  expect(new Set(first).size).toBeLessThan(10);
  await until(() => halls.open.own === 0);
});

test('a failure for one viewer is reported with the id of their own request', async () => {
  const { halls, joinAs } = await upstreamsOf();
  const userIds = ['usr_1', 'usr_2', 'usr_3'];
  halls.failNext(userIds.length);
  const joined = await Promise.all(userIds.map((userId) => joinAs(userId)));
  for (const [index, events] of joined.entries()) {
    const { value: first } = await events.next();
    const requestId = `req-${userIds[index]}`;
    expect(first?.errors).toMatchObject([
      { extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } },
    ]);
  }
  expect(halls.requests.count).toBe(1);
});

test('a viewer outside the batch continues alone, and leaving ends the request', async () => {
  const { halls, joinAs } = await upstreamsOf();
  const [one, other] = await Promise.all([joinAs('usr_1'), joinAs('usr_2')]);
  expect((await one?.next())?.value).toMatchObject({ extensions: { stream: { shared: true } } });
  await expect(one?.next()).rejects.toThrow('not handed over');
  await other?.return?.();
  await until(() => halls.open.own === 0);
});

test('a subgraph that does not take such requests is asked for each by themselves', async () => {
  const real = await testSigner();
  const { halls, joinAs } = await upstreamsOf({
    // As one of a release before reads it, the viewers are no part of what was signed.
    sign: (identity, signed) => real(identity, identity.many ? { ...signed, body: '' } : signed),
  });
  const known = await joinAs('usr_0', false);
  await known.next();
  const joined = await Promise.all(['usr_1', 'usr_2'].map((userId) => joinAs(userId)));
  for (const events of joined) await expect(events.next()).rejects.toThrow('has ended');
  const again = await Promise.all(['usr_1', 'usr_2'].map((userId) => joinAs(userId)));
  for (const events of again) {
    expect((await events.next()).value).toMatchObject({ extensions: { stream: { shared: true } } });
  }
  expect(halls.requests.count).toBe(4);
});

test('a crowd that joins by a gateway makes fewer requests than it has heads, and misses nothing', async () => {
  startMeasuring();
  await using halls = await startHalls({ served: true });
  const [first, ...others] = await Promise.all(
    ['usr_0', 'usr_1', 'usr_2', 'usr_3'].map(async (userId) =>
      openSocket(halls.wsUrl, { authorization: `Bearer ${await halls.token(userId)}` }),
    ),
  );
  const one = first?.subscribe(JOIN, { hall: HALL });
  await one?.atLeast(1);
  await until(() => halls.open.own === 0 && halls.open.shared === 1);
  const before = halls.requests.count;
  const completedBefore = await completions();
  const crowd = others.flatMap((socket) =>
    Array.from({ length: 10 }, () => socket.subscribe(JOIN, { hall: HALL })),
  );
  for (const each of crowd) await each.atLeast(1);
  await until(() => halls.open.own === 0);
  expect(halls.requests.count - before).toBeLessThan(crowd.length);
  // What lets them in is the same for all who come in one turn, and is completed once for them.
  expect((await completions()) - completedBefore).toBeLessThan(crowd.length);
  halls.say('to all');
  for (const each of crowd) {
    const [caughtUp, said] = await each.atLeast(2);
    expect(caughtUp?.data.hallEvents.__typename).toBe('CaughtUp');
    expect(said?.data.hallEvents.text).toBe('to all');
  }
  expect(halls.open).toEqual({ own: 0, shared: 1 });
  for (const socket of [first, ...others]) await socket?.[Symbol.asyncDispose]();
});
