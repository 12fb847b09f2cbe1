import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { as, type Collected, sized, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BAN,
  eventsOf,
  JOIN,
  LEAVE,
  MARK_READ,
  REMOVE,
  ROOM_EVENTS,
  sequencesOf,
  startChat,
  type TestChat,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an event is its own affair.
type Stream = Collected<any>;

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const typesOf = (stream: Stream) => eventsOf(stream.items).map(({ __typename }) => __typename);
const timesOf = (stream: Stream): string[] =>
  eventsOf(stream.items).flatMap(({ message, occurredAt }) => (message ? [occurredAt] : []));
const receives = (stream: Stream, count: number) =>
  until(() => sequencesOf(stream.items).length >= count, {
    describe: () => `${sequencesOf(stream.items).length} of ${count}`,
  });

test('messages arrive as they are sent, with their authors’ names', async () => {
  const room = await chat.openDirect('ada', 'bo');
  await using stream = await chat.follow('bo', room);
  await stream.atLeast(1);
  await chat.send('ada', room, 'hello');
  await stream.atLeast(2);
  expect(eventsOf(stream.items)).toMatchObject([
    { __typename: 'CaughtUp', replayed: 0 },
    {
      __typename: 'MessagePosted',
      message: { text: 'hello', sequence: 1, author: { id: userIdOf('ada'), username: 'ada' } },
      room: { id: room },
    },
  ]);
});

const EACH = sized({ suite: 6, soak: 100 });
const WRITERS = sized({ suite: 20, soak: 50 });

test(`${WRITERS} people write ${EACH} messages each: one dense order, the same for every reader`, async () => {
  const names = upTo(WRITERS).map((number) => `writer${number}`);
  await chat.register(...names);
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Crowd' });
  for (const name of names) await chat.ask(JOIN, { id: room }, name);
  const streams = await Promise.all(upTo(10).map(() => chat.follow('ada', room)));
  await Promise.all(
    names.map(async (name) => {
      for (let count = 0; count < EACH; count += 1) await chat.send(name, room, `${name} ${count}`);
    }),
  );
  const texts = (stream: Stream) =>
    eventsOf(stream.items).flatMap(({ message }) => (message ? [message.text] : []));
  for (const stream of streams) {
    await receives(stream, WRITERS * EACH);
    expect(sequencesOf(stream.items)).toEqual(upTo(WRITERS * EACH));
    expect(timesOf(stream)).toEqual([...timesOf(stream)].sort());
    expect(texts(stream)).toEqual(texts(streams[0] as Stream));
    await stream.stop();
  }
});

test('a dropped reader continues after its cursor and misses nothing', async () => {
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Resume' });
  let stream = await chat.follow('ada', room);
  const got: number[] = [];
  const sending = (async () => {
    for (let count = 0; count < 100; count += 1) await chat.send('ada', room, `${count}`);
  })();
  while (got.length < 100) {
    await stream.atLeast(1);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    await stream.stop();
    got.push(...sequencesOf(stream.items));
    const { cursor } = eventsOf(stream.items).at(-1);
    stream = await chat.follow('ada', room, cursor);
  }
  await sending;
  await stream.stop();
  expect(got).toEqual(upTo(100));
});

const CROWD = {
  rooms: sized({ suite: 1, soak: 4 }),
  writers: sized({ suite: 1, soak: 16 }),
  readers: sized({ suite: 30, soak: 200 }),
};
const HEAD_AND_HISTORY = `query ($id: ID!) { room(id: $id) {
  head lastMessage { sequence } viewerState { unreadCount }
  messages(last: 100) { edges { node { sequence } } } } }`;

/**
 * Readers come at random while as much is said as the machine takes: each reads its room, then follows it. Gives what
 * each has then, by query and stream, and up to where its room goes.
 */
async function readWhileWritten(fromHead: boolean): Promise<{ got: number[]; last: number }[]> {
  const rooms = await Promise.all(
    upTo(CROWD.rooms).map(() => chat.createRoom('ada', { kind: 'PUBLIC', name: 'No gap' })),
  );
  const roomOf = (number: number) => rooms[number % rooms.length] as string;
  // Where there is nothing yet to be read, nothing can be missing behind it.
  for (const id of rooms) await chat.send('ada', id, 'first');
  let sending = true;
  let said = 0;
  const began = performance.now();
  const writers = upTo(CROWD.writers).map(async (writer) => {
    for (; sending; said += 1) await chat.send('ada', roomOf(writer), `${said}`);
  });
  const readers = await Promise.all(
    upTo(CROWD.readers).map(async (number) => {
      const id = roomOf(number);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * CROWD.readers * 10));
      const { room: seen } = await chat.ask(HEAD_AND_HISTORY, { id }, 'bo');
      const queried: number[] = seen.messages.edges.map(
        ({ node }: { node: { sequence: number } }) => node.sequence,
      );
      expect(queried.at(-1) ?? 0).toBe(seen.lastMessage?.sequence ?? 0);
      // More is said meanwhile: it must come by the stream, once.
      const before = said;
      await until(() => said > before + CROWD.writers);
      return { id, queried, stream: await chat.follow('bo', id, fromHead ? seen.head : null) };
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  sending = false;
  await Promise.all(writers);
  console.log(
    `${CROWD.readers} readers came while ${(said / seconds).toFixed(0)} a second were said`,
  );
  const lasts = new Map<string, number>();
  for (const id of rooms) lasts.set(id, (await chat.send('ada', id, 'last')).sequence);
  return Promise.all(
    readers.map(async ({ id, queried, stream }) => {
      const last = lasts.get(id) ?? 0;
      await until(() => sequencesOf(stream.items).at(-1) === last);
      await stream.stop();
      return { got: [...queried, ...sequencesOf(stream.items)], last };
    }),
  );
}

test('a query and a subscription from its head together show the whole room, whatever is sent between', async () => {
  for (const { got, last } of await readWhileWritten(true)) {
    expect(got).toEqual(upTo(last, got[0]));
  }
});

test('a subscription from now, and not from the head, has a gap, so the test above can fail', async () => {
  const all = await readWhileWritten(false);
  const whole = all.filter(({ got, last }) => `${got}` === `${upTo(last, got[0])}`);
  expect(whole.length).toBeLessThan(all.length);
});

test('a room one may not see cannot be followed, and says nothing but NOT_FOUND', async () => {
  const direct = await chat.openDirect('ada', 'bo');
  for (const roomId of [direct, newId('room'), userIdOf('ada'), '']) {
    const refused = chat.subscribe(ROOM_EVENTS, { roomId }, as('eve'));
    await expect(refused).rejects.toThrow('ROOM_NOT_FOUND');
  }
  await expect(chat.subscribe(ROOM_EVENTS, { roomId: direct })).rejects.toThrow('UNAUTHENTICATED');
});

test('a cursor of another room is bad input', async () => {
  const [one, other] = [await chat.openDirect('ada', 'bo'), await chat.openDirect('ada', 'cy')];
  const after = await chat.head('ada', other);
  await expect(chat.follow('ada', one, after)).rejects.toThrow('BAD_USER_INPUT');
});

test('a removed person gets ACCESS_CHANGED, the stream ends, and nothing later reaches them', async () => {
  const participantIds = [userIdOf('bo'), userIdOf('cy')];
  const rounds = sized({ suite: 10, soak: 1_000 });
  for (let round = 0; round < rounds; round += 1) {
    const call = round % 2 ? BAN : REMOVE;
    const room = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Out', participantIds });
    const [gone, stays] = await Promise.all([chat.follow('bo', room), chat.follow('cy', room)]);
    const writers = ['ada', 'cy'].map(async (name) => {
      for (let count = 0; count < 10; count += 1) await chat.send(name, room, `${count}`);
    });
    const { cursor } = eventsOf(gone.items)[0] ?? {};
    await chat.ask(call, { roomId: room, userId: userIdOf('bo') }, 'ada');
    await until(() => gone.ended);
    await Promise.all(writers);
    await receives(stays, 20);
    const order = eventsOf(stays.items);
    const removal = order.findIndex(({ left }) => left?.length);
    const before = order.slice(0, removal).filter(({ message }) => message).length;
    expect(typesOf(gone).at(-1)).toBe('StreamReset');
    expect(eventsOf(gone.items).at(-1)).toMatchObject({ reason: 'ACCESS_CHANGED' });
    expect(sequencesOf(gone.items)).toEqual(upTo(before));
    // Neither live nor by replay from where they were.
    for (const after of [null, cursor ?? null]) {
      await expect(chat.follow('bo', room, after)).rejects.toThrow('ROOM_NOT_FOUND');
    }
    await stays.stop();
  }
}, 600_000);

test('leaving ends the stream; coming back lets one read on, over the old leaving too', async () => {
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Door' });
  await chat.ask(JOIN, { id: room }, 'bo');
  await using first = await chat.follow('bo', room);
  await chat.send('ada', room, 'one');
  await receives(first, 1);
  const { cursor } = eventsOf(first.items).at(-1);
  await chat.ask(LEAVE, { id: room }, 'bo');
  await until(() => first.ended);
  await chat.send('ada', room, 'two');
  await chat.ask(JOIN, { id: room }, 'bo');
  await using second = await chat.follow('bo', room, cursor);
  await receives(second, 1);
  await chat.send('ada', room, 'three');
  await receives(second, 2);
  expect(typesOf(second)).toEqual([
    'ParticipantsChanged',
    'MessagePosted',
    'ParticipantsChanged',
    'CaughtUp',
    'MessagePosted',
  ]);
});

test('reading on is shown to the others, unless one shares no receipts', async () => {
  const room = await chat.openDirect('ada', 'eve');
  await using stream = await chat.follow('ada', room);
  const { sequence: seen } = await chat.send('ada', room, 'read this');
  await chat.ask(MARK_READ, { roomId: room, upTo: seen }, 'eve');
  const moved = await stream.find(({ data }) => data.roomEvents.__typename === 'ReadMoved');
  expect(moved.data.roomEvents.participant).toEqual({
    user: { id: userIdOf('eve') },
    readUpToSequence: seen,
  });
  const PRIVATE =
    'mutation { setPresence(input: { sendReadReceipts: false }) { errors { __typename } } }';
  await chat.ask(PRIVATE, {}, 'eve');
  await chat.send('ada', room, 'and this');
  await chat.readAll('eve', room);
  await chat.send('ada', room, 'end');
  await receives(stream, 3);
  expect(typesOf(stream).filter((type) => type === 'ReadMoved')).toHaveLength(1);
  const RECEIPTS = `query ($id: ID!) { room(id: $id) {
    participants { edges { node { user { id } readUpToSequence lastReadAt } } } } }`;
  const { participants } = (await chat.ask(RECEIPTS, { id: room }, 'ada')).room;
  expect(
    participants.edges.find(
      ({ node }: { node: { user: { id: string } } }) => node.user.id === userIdOf('eve'),
    ).node,
  ).toMatchObject({ readUpToSequence: null, lastReadAt: null });
});

test('one message to many subscribers is read from the database once', async () => {
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Wide' });
  const BARE = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
    __typename ... on MessagePosted { message { sequence text } } } }`;
  const streams = await Promise.all(
    upTo(100).map(() => chat.subscribe(BARE, { roomId: room }, as('bo'))),
  );
  await Promise.all(streams.map((stream) => stream.atLeast(1)));
  const statements = await chat.statementsOf(async () => {
    await chat.send('ada', room, 'to all', { clientMessageId: randomUUID() });
    await Promise.all(streams.map((stream) => stream.atLeast(2)));
  });
  const readings = statements.filter((sql) => /FROM message m WHERE m\.id = ANY/.test(sql));
  // One, or a few where the machine is busy and the subscribers do not all ask in one turn.
  expect(readings.length).toBeLessThan(25);
  await Promise.all(streams.map((stream) => stream.stop()));
});
