import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sized, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';
import { notifyEverybodyAtOnce } from './mutants/notify-everybody-at-once.ts';

// A room with more people than one transaction has time for.

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

/** More than go at once; as many as a room has at most, in the soak. */
const CROWD = sized({ suite: 1_200, soak: 50_000 });
const AT_ONCE = 500;
const WITHIN = { within: sized({ suite: 60_000, soak: 900_000 }) };
/** Each of these to more than go at once. */
const MESSAGES = sized({ suite: 5, soak: 25 });

/** A room that so many strangers are in, besides its author. */
const crowdedRoom = async (people = 1_200) => {
  const room = await others.room(['ada']);
  await others.idle();
  await sql(
    graph,
    `INSERT INTO room_attendance (room_id, user_id, sequence, present)
     SELECT $1, id, $2, true FROM unnest($3::text[]) AS crowd(id)`,
    [room.roomId, room.last(), Array.from({ length: people }, () => newId('usr'))],
  );
  return room;
};

/** How many were told in all, and at most in one transaction, which PostgreSQL writes on each row. */
const deliveriesOf = async (messageId: string) => {
  const [delivered] = await sql<{ all: number; entries: number; at_once: number }>(
    graph,
    `SELECT sum(count)::int AS all, max(count)::int AS at_once,
       (SELECT count(*)::int FROM notification WHERE message_id = $1) AS entries
     FROM (SELECT count(*) FROM delivery WHERE source_id = $1 AND channel = 'IN_APP'
       GROUP BY xmin::text) part`,
    [messageId],
  );
  return delivered;
};

test(
  '@everyone notifies each person once, some hundreds in each transaction',
  async () => {
    const room = await crowdedRoom(CROWD);
    const elsewhere = await others.room(['ada', 'bo']);
    await others.idle();
    const messageId = await others.post(room, 'ada', 'Hello, everybody', {
      mentionsAll: 'EVERYONE',
    });
    await until(async () => ((await deliveriesOf(messageId))?.all ?? 0) > 0, WITHIN);
    // What is said elsewhere meanwhile does not wait until everybody has heard.
    const meanwhile = await others.post(elsewhere, 'ada', 'And how are you?');
    await until(async () => (await deliveriesOf(meanwhile))?.all === 1, WITHIN);
    const before = (await deliveriesOf(messageId))?.all ?? 0;
    if (CROWD > 10 * AT_ONCE) expect(before).toBeLessThan(CROWD);
    await until(async () => (await deliveriesOf(messageId))?.all === CROWD, WITHIN);
    await others.idle();
    const delivered = await deliveriesOf(messageId);
    expect(delivered).toMatchObject({ all: CROWD, entries: CROWD });
    expect(delivered?.at_once).toBeLessThanOrEqual(AT_ONCE);
    const kinds = await sql(graph, 'SELECT DISTINCT kind FROM notification WHERE message_id = $1', [
      messageId,
    ]);
    expect(kinds).toEqual([{ kind: 'MENTION' }]);
  },
  sized({ suite: 60_000, soak: 1_800_000 }),
);

test('the mutant, which notifies them all in one transaction, is found', async () => {
  const room = await crowdedRoom();
  const messageId = newId('msg');
  await notifyEverybodyAtOnce(graph.databaseUrl, {
    id: messageId,
    roomId: room.roomId,
    ...{ threadId: null, followerIds: [] },
    sequence: room.next(),
    authorId: as('ada').userId,
    excerpt: 'Hello, everybody',
    postedAt: new Date(),
    mentioned: [],
    mentionsAll: null,
  });
  expect((await deliveriesOf(messageId))?.at_once).toBeGreaterThan(AT_ONCE);
});

test('many people whose joining we hear of late are notified of all messages since, in parts', async () => {
  const room = others.newRoom();
  const { roomId } = room;
  const place = room.next();
  const crowd = Array.from({ length: AT_ONCE + 100 }, () => newId('usr'));
  const messageIds: string[] = [];
  for (let nth = 0; nth < MESSAGES; nth += 1)
    messageIds.push(await others.post(room, 'ada', `${nth}`));
  await others.idle();
  await graph.deliver(
    'chat.RoomCreated',
    { roomId, kind: 'GROUP', name: 'late', groupId: null, participantIds: crowd },
    { stream: room.stream, sequence: place },
  );
  const counts = () =>
    sql<{ people: number; messages: number }>(
      graph,
      `SELECT count(DISTINCT user_id)::int AS people, count(*)::int AS messages
       FROM delivery WHERE source_id = ANY($1) AND channel = 'IN_APP'`,
      [messageIds],
    );
  const all = { people: crowd.length, messages: crowd.length * MESSAGES };
  await until(async () => (await counts())[0]?.messages === all.messages);
  await others.idle();
  expect(await counts()).toEqual([all]);
  const entries = await sql<{ count: number }>(
    graph,
    'SELECT DISTINCT count FROM notification WHERE room_id = $1',
    [roomId],
  );
  expect(entries).toEqual([{ count: MESSAGES }]);
});
