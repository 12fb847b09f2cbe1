import { setTimeout as delay } from 'node:timers/promises';
import { presenceTopic } from '@souk/runtime/backplane';
import { typeTopic } from '@souk/runtime/events';
import { until } from '@souk/testkit';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { inProcessBackplane } from './support/in-process-backplane.ts';
import { openSocket } from './support/sockets.ts';
import { type StartedToy, startToy } from './support/start-toy.ts';
import { ADA, BO, ROOM } from './support/toy-shop.ts';

const EVENTS = `subscription($room: ID!, $after: EventCursor) {
  roomEvents(roomId: $room, after: $after) {
    __typename
    ... on Said { text author { name } }
    ... on CaughtUp { replayed }
  }
}`;

test('each event carries fields of other subgraphs, and its cursor', async () => {
  await using toy = await startToy();
  await using socket = await signedIn(toy);
  const events = socket.subscribe(EVENTS, { room: ROOM });
  await events.atLeast(1);
  toy.toy.log.say('hello', ADA);
  toy.toy.log.say('hi', BO);
  expect(
    (await events.atLeast(3)).map(({ data, extensions }) => [data.roomEvents, extensions.cursor]),
  ).toEqual([
    [{ __typename: 'CaughtUp', replayed: 0 }, '0'],
    [{ __typename: 'Said', text: 'hello', author: { name: 'Ada' } }, '1'],
    [{ __typename: 'Said', text: 'hi', author: { name: 'Bo' } }, '2'],
  ]);
});

test('a client continues after its last cursor', async () => {
  await using toy = await startToy();
  for (const text of ['a', 'b', 'c']) toy.toy.log.say(text);
  await using socket = await signedIn(toy);
  const events = socket.subscribe(EVENTS, { room: ROOM, after: '1' });
  expect(
    (await events.atLeast(3)).map(({ data }) => data.roomEvents.text ?? data.roomEvents.replayed),
  ).toEqual(['b', 'c', 2]);
});

test('a cursor written into the operation works like one in a variable', async () => {
  await using toy = await startToy();
  for (const text of ['a', 'b']) toy.toy.log.say(text);
  await using socket = await signedIn(toy);
  const events = socket.subscribe(
    `subscription { roomEvents(roomId: "${ROOM}", after: "1") { ... on Said { text } } }`,
  );
  expect((await events.atLeast(1))[0]?.data).toEqual({ roomEvents: { text: 'b' } });
});

test('leaving ends the upstream subscription', async () => {
  await using toy = await startToy();
  await using socket = await signedIn(toy);
  const events = socket.subscribe(EVENTS, { room: ROOM });
  await events.atLeast(1);
  expect(toy.toy.log.subscribers).toBe(1);
  events.stop();
  await until(() => toy.toy.log.subscribers === 0);
});

test('a dropped connection ends its upstream subscriptions', async () => {
  await using toy = await startToy();
  const socket = await signedIn(toy);
  await socket.subscribe(EVENTS, { room: ROOM }).atLeast(1);
  socket.terminate();
  await until(() => toy.toy.log.subscribers === 0);
});

test('a subscription that the subgraph refuses ends with its code', async () => {
  await using toy = await startToy();
  await using socket = await signedIn(toy);
  const events = socket.subscribe(EVENTS, { room: 'room_of_others' });
  expect(await events.error()).toMatchObject([
    {
      message: expect.any(String),
      extensions: { code: expect.stringMatching(/NOT_FOUND|SUBGRAPH_ERROR/) },
    },
  ]);
});

test('a private subscription without a token is refused with a code', async () => {
  await using toy = await startToy();
  await using socket = await openSocket(toy.wsUrl);
  const events = socket.subscribe(EVENTS, { room: ROOM });
  expect(await events.error()).toEqual([
    { message: 'Sign in to subscribe to this.', extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  expect(toy.toy.log.subscribers).toBe(0);
});

test('an event that a client may not see in full has null there, with an error', async () => {
  await using toy = await startToy();
  await using socket = await openSocket(toy.wsUrl);
  const events = socket.subscribe(
    'subscription { notes { ... on Said { text author { name email } } } }',
  );
  await events.atLeast(1);
  toy.toy.log.say('hello', ADA);
  const [, event] = await events.atLeast(2);
  expect(event).toMatchObject({
    data: { notes: { text: 'hello', author: { name: 'Ada', email: null } } },
    errors: [{ path: ['notes', 'author', 'email'], extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('the official client works, and takes a dropped socket up again', async () => {
  await using toy = await startToy();
  const token = await toy.token(ADA);
  let sockets: WebSocket[] = [];
  const client = createClient({
    url: toy.wsUrl,
    webSocketImpl: class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    },
    connectionParams: { accessToken: token },
    retryWait: async () => {},
  });
  const texts: string[] = [];
  const query = `subscription { notes { ... on Said { text } } }`;
  const stop = client.subscribe<{ notes: { text?: string } }>(
    { query },
    {
      next: ({ data }) => texts.push(data?.notes.text ?? 'caught up'),
      error: (error) => texts.push(String(error)),
      complete: () => {},
    },
  );
  await until(() => texts.length === 1);
  sockets[0]?.terminate();
  await until(() => texts.length === 2);
  toy.toy.log.say('again');
  await until(() => texts.includes('again'));
  stop();
  await client.dispose();
  sockets = [];
});

test('a connection continues with a newer token sent in a ping', async () => {
  await using toy = await startToy({ socketLimits: { tokenGraceMs: 0 } });
  /** False where the first token had expired before the other one came, on a machine that stood still. */
  const goesOn = async () => {
    await using socket = await openSocket(toy.wsUrl, {
      accessToken: await toy.token(ADA, { expiresIn: inSeconds(2) }),
    });
    socket.send({ type: 'ping', payload: { accessToken: await toy.token(ADA) } });
    const isRefreshed = () =>
      socket.messages.some(({ type, payload }) => type === 'pong' && payload?.refreshed);
    await until(() => isRefreshed() || !socket.isOpen);
    if (!isRefreshed()) return false;
    await delay(2_500);
    expect(socket.isOpen).toBe(true);
    return true;
  };
  await until(goesOn);
});

test('a connection without a newer token ends when its token has expired', async () => {
  await using toy = await startToy({ socketLimits: { tokenGraceMs: 0 } });
  await using socket = await openSocket(toy.wsUrl, {
    accessToken: await toy.token(ADA, { expiresIn: inSeconds(2) }),
  });
  expect(await socket.closed).toEqual({ code: 4403, reason: 'The access token has expired' });
});

test('a newer token with other roles makes the client reconnect, because what its streams may show was already decided', async () => {
  await using toy = await startToy();
  await using socket = await signedIn(toy);
  socket.send({
    type: 'ping',
    payload: { accessToken: await toy.token(ADA, { roles: ['ADMIN'] }) },
  });
  expect((await socket.closed).code).toBe(1013);
});

test("somebody else's token does not take a connection over", async () => {
  await using toy = await startToy();
  await using socket = await signedIn(toy);
  socket.send({ type: 'ping', payload: { accessToken: await toy.token(BO) } });
  expect((await socket.closed).code).toBe(4403);
});

test('the connections of a revoked session end within a second, others stay', async () => {
  const backplane = inProcessBackplane();
  await using toy = await startToy({ backplane });
  await using ended = await openSocket(toy.wsUrl, {
    accessToken: await toy.token(ADA, { sessionId: 'ses_a' }),
  });
  await using other = await openSocket(toy.wsUrl, {
    accessToken: await toy.token(ADA, { sessionId: 'ses_b' }),
  });
  await backplane.pubsub.publish(typeTopic('users.SessionRevoked'), {
    sequence: 7,
    event: {
      type: 'users.SessionRevoked',
      version: 1,
      payload: { userId: ADA, sessionId: 'ses_a', reason: 'logout' },
      occurredAt: new Date().toISOString(),
    },
  });
  expect(await ended.closed).toEqual({ code: 4403, reason: 'The session has ended' });
  expect(other.isOpen).toBe(true);
});

test('an open connection is a presence lease, given up when it closes', async () => {
  const backplane = inProcessBackplane();
  const news: unknown[] = [];
  await backplane.pubsub.subscribe(presenceTopic(ADA), (payload) => news.push(payload));
  await using toy = await startToy({ backplane });
  const socket = await signedIn(toy);
  expect((await backplane.presence.connected([ADA])).get(ADA)?.connections).toBe(1);
  socket.terminate();
  await until(async () => (await backplane.presence.connected([ADA])).size === 0);
  await until(() => news.length === 2);
});

test('a closed gateway leaves nobody present, however slow the close', async () => {
  const backplane = inProcessBackplane();
  const { presence } = backplane;
  const slow = {
    ...backplane,
    presence: {
      ...presence,
      release: async (lease: Parameters<typeof presence.release>[0]) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return presence.release(lease);
      },
    },
  };
  const toy = await startToy({ backplane: slow });
  await signedIn(toy);
  expect((await presence.connected([ADA])).size).toBe(1);
  await toy.gateway.close();
  expect((await presence.connected([ADA])).size).toBe(0);
});

test('closing the gateway sends clients away with 1001', async () => {
  const toy = await startToy();
  const socket = await signedIn(toy);
  await socket.subscribe(EVENTS, { room: ROOM }).atLeast(1);
  await toy.gateway.close();
  expect((await socket.closed).code).toBe(1001);
  await until(() => toy.toy.log.subscribers === 0);
});

const signedIn = async (toy: StartedToy, userId = ADA) =>
  openSocket(toy.wsUrl, { accessToken: await toy.token(userId) });

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
