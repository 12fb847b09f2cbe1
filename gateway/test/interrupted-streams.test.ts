import type { Subgraph } from '@souk/runtime/subgraph';
import { openLine, until } from '@souk/testkit';
import { GraphQLError } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import type { GatewayOptions } from '../src/index.ts';
import { serveToy, testSigner } from './support/serve-toy.ts';
import { openSocket } from './support/sockets.ts';
import { startToy } from './support/start-toy.ts';
import { ADA, createToy } from './support/toy-shop.ts';

const NOTES =
  'subscription ($after: EventCursor) { notes(after: $after) { __typename ... on Said { text } } }';

/** Rooms whose database can be away: a subscription is then answered so. */
async function startRooms(options: Partial<GatewayOptions> = {}) {
  const toy = createToy();
  const database = { isAway: false, refusals: 0 };
  const subscribe: Subgraph['subscribe'] = async (request) => {
    if (!database.isAway) return toy.rooms.subscribe(request);
    database.refusals += 1;
    const extensions = { code: 'SERVICE_UNAVAILABLE', category: 'UNAVAILABLE' };
    return { errors: [new GraphQLError('This is not available right now.', { extensions })] };
  };
  const started = await startToy(
    { subgraphs: { people: toy.people, rooms: { ...toy.rooms, subscribe } }, ...options },
    toy,
  );
  onTestFinished(() => started.gateway.close());
  return { ...started, database };
}
const BRIEFLY = { socketLimits: { resumeWithinMs: 300 } };

test('a client that reconnects while the database is away is served when it is back, without noticing', async () => {
  const { database, toy, wsUrl } = await startRooms();
  toy.log.say('one', ADA);
  database.isAway = true;
  await using socket = await openSocket(wsUrl);
  const notes = socket.subscribe(NOTES, { after: '0' });
  await until(() => database.refusals >= 2);
  database.isAway = false;
  const seen = (await notes.atLeast(2)).map(({ data }) => data.notes);
  expect(seen).toMatchObject([{ text: 'one' }, { __typename: 'CaughtUp' }]);
  expect(socket.messages.filter(({ type }) => type === 'error')).toEqual([]);
});

test('after a while such a client is closed with a code after which libraries reconnect', async () => {
  const { database, wsUrl } = await startRooms(BRIEFLY);
  database.isAway = true;
  await using socket = await openSocket(wsUrl);
  socket.subscribe(NOTES, { after: '0' });
  expect((await socket.closed).code).toBe(1013);
  expect(socket.messages.map(({ type }) => type)).toEqual(['connection_ack']);
});

test('over HTTP its stream breaks off, so that it reconnects with the last cursor', async () => {
  const { database, url } = await startRooms(BRIEFLY);
  database.isAway = true;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: NOTES, variables: { after: '0' } }),
  });
  await expect(response.text()).rejects.toThrow();
});

test('a client that never received anything gets the reason', async () => {
  const { database, wsUrl } = await startRooms(BRIEFLY);
  database.isAway = true;
  await using socket = await openSocket(wsUrl);
  const [error] = await socket.subscribe(NOTES).error();
  expect(error?.extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
  expect(socket.isOpen).toBe(true);
});

test('a stream without cursors that is lost ends with that error, and never starts again', async () => {
  const toy = createToy();
  const served = await serveToy(toy.rooms);
  await using line = await openLine(served.url);
  await using started = await startToy(
    {
      subgraphs: { people: toy.people },
      subgraphUrls: { rooms: line.url },
      signIdentity: await testSigner(),
    },
    toy,
  );
  onTestFinished(() => served.close());
  await using socket = await openSocket(started.wsUrl);
  const ticks = socket.subscribe('subscription { ticks }');
  await ticks.atLeast(3);
  line.cut();
  const [error] = await ticks.error();
  expect(error?.extensions.code).toBe('SUBSCRIPTION_LOST');
  const seen = (await ticks.atLeast(3)).map(({ data }) => data.ticks);
  expect(seen).toEqual(seen.map((_, index) => index + 1));
  // The client decides: what it subscribes to again works.
  expect((await socket.subscribe('subscription { ticks }').atLeast(1))[0]?.data.ticks).toBe(1);
});
