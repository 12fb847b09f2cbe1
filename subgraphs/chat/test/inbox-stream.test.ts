import { randomUUID } from 'node:crypto';
import { newId, viewerIdOf } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { type Answer, as, insist, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InboxPlace } from '../src/domain/inbox-place.ts';
import { createClient } from '../src/persistence/client.ts';
import { headsOf, type InboxHeads, type RoomHead } from '../src/persistence/inbox-store.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { startBehind, startNow } from '../src/realtime/inbox-progress.ts';
import { postMessage } from '../src/use-cases/post-message.ts';
import { ADD, JOIN, LEAVE, REMOVE, startChat, type TestChat } from './chat.ts';
import { trustTheTime } from './mutants/trust-the-time.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const INBOX = `subscription ($messages: Boolean, $after: EventCursor) {
  inboxEvents(messages: $messages, after: $after) {
    __typename
    ... on StreamEvent { cursor occurredAt }
    ... on RoomStateChanged { room { id lastSequence viewerState { unreadCount readUpToSequence } } }
    ... on RoomAdded { room { id name } }
    ... on RoomRemoved { roomId }
    ... on MessagePosted { room { id viewerState { unreadCount } } message { id sequence text author { username } } }
    ... on CaughtUp { replayed }
    ... on StreamReset { reason }
  } }`;

const follow = (
  who: string,
  { after = null, messages = true }: { after?: string | null; messages?: boolean } = {},
) => chat.subscribe(INBOX, { messages, after }, as(who));

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an event is its own affair.
const events = ({ items }: { items: readonly Answer[] }): any[] =>
  items.map(({ data, errors }) => {
    if (errors) throw new Error(JSON.stringify(errors));
    return data.inboxEvents;
  });
const received = (stream: { items: readonly Answer[] }): string[] =>
  events(stream).flatMap((event) => {
    switch (event.__typename) {
      case 'MessagePosted':
        // What rooms tell of themselves has no text.
        return event.message.text === null ? [] : [event.message.text];
      case 'RoomAdded':
        return [`into ${event.room.name}`];
      case 'RoomRemoved':
        return ['out'];
      default:
        return [];
    }
  });
const typesOf = (stream: { items: readonly Answer[] }) =>
  events(stream).map(({ __typename }) => __typename);

const HEAD = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Viewer { rooms(first: 50) { edges { node { id } } } inboxHead } } }`;
const headOf = async (who: string): Promise<string> => {
  const representations = [{ __typename: 'Viewer', id: viewerIdOf(as(who).userId) }];
  return (await chat.ask(HEAD, { representations }, who))._entities[0].inboxHead;
};
const open = (who: string, name: string, ...others: string[]) =>
  chat.createRoom(who, { kind: 'PRIVATE', name, participantIds: others.map(userIdOf) });

test('one stream brings the events of all rooms of the viewer, as they join and leave rooms', async () => {
  const rooms = [await open('ada', 'first', 'bo'), await open('ada', 'second', 'bo')];
  const elsewhere = await open('ada', 'elsewhere', 'cy');
  await using inbox = await follow('bo');
  await until(() => typesOf(inbox).includes('CaughtUp'));
  for (const [n, room] of rooms.entries()) await chat.send('ada', room, `in ${n}`);
  await chat.send('ada', elsewhere, 'not for bo');
  await until(() => received(inbox).length === 2);
  await chat.ask(ADD, { roomId: elsewhere, userIds: [userIdOf('bo')] }, 'ada');
  await chat.send('ada', elsewhere, 'now for bo');
  await until(() => received(inbox).length === 4);
  await chat.ask(REMOVE, { roomId: elsewhere, userId: userIdOf('bo') }, 'ada');
  await chat.send('ada', elsewhere, 'again not for bo');
  await chat.send('ada', rooms[0] as string, 'last');
  await until(() => received(inbox).includes('last'));
  await until(() => received(inbox).includes('out'));
  expect(received(inbox).filter((text) => !['out', 'last'].includes(text))).toEqual([
    'in 0',
    'in 1',
    'into elsewhere',
    'now for bo',
  ]);
  expect(events(inbox).find(({ message }) => message?.text === 'in 0')).toMatchObject({
    room: { id: rooms[0], viewerState: { unreadCount: 1 } },
    message: { sequence: 1, author: { username: 'ada' } },
  });
});

test('without messages, a list of rooms receives one summary for many messages', async () => {
  const room = await open('cy', 'busy', 'bo');
  await using inbox = await follow('bo', { messages: false });
  await until(() => typesOf(inbox).includes('CaughtUp'));
  for (let n = 1; n <= 20; n += 1) await chat.send('cy', room, `${n}`);
  const last = () => events(inbox).at(-1);
  await until(() => last()?.room?.lastSequence === 20);
  expect(last()).toMatchObject({
    __typename: 'RoomStateChanged',
    room: { id: room, viewerState: { unreadCount: 20, readUpToSequence: 0 } },
  });
  await chat.readAll('bo', room);
  await until(() => last()?.room?.viewerState.unreadCount === 0);
  const { cursor } = events(inbox).find(({ __typename }) => __typename === 'CaughtUp');
  await using again = await follow('bo', { messages: false, after: cursor });
  await until(() => typesOf(again).includes('CaughtUp'));
  // Of twenty messages that wait in one room, and of having read them, one is enough.
  expect(typesOf(again)).toEqual(['RoomStateChanged', 'RoomStateChanged', 'CaughtUp']);
});

test('after every cursor follow the unsent events of the rooms that the viewer is in by then', async () => {
  const left = await open('ada', 'left', 'eve');
  const stays = await open('ada', 'stays', 'eve');
  const square = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'square' });
  await using live = await follow('eve', { after: await headOf('eve') });
  const steps: [step: () => Promise<unknown>, isTold: boolean][] = [
    [() => chat.send('ada', stays, 'a'), true],
    [() => chat.send('ada', square, 'before eve came'), false],
    [() => chat.ask(JOIN, { id: square }, 'eve'), true],
    [() => chat.send('ada', square, 'b'), true],
    [() => chat.send('ada', left, 'c'), true],
    [() => chat.ask(LEAVE, { id: square }, 'eve'), true],
    [() => chat.send('ada', square, 'while eve was away'), false],
    [() => chat.ask(JOIN, { id: square }, 'eve'), true],
    [() => chat.send('ada', square, 'd'), true],
    [() => chat.ask(REMOVE, { roomId: left, userId: userIdOf('eve') }, 'ada'), true],
    [() => chat.send('ada', stays, 'e'), true],
  ];
  let count = 0;
  for (const [step, isTold] of steps) {
    await step();
    if (isTold) count += 1;
    await until(() => received(live).length === count);
  }
  expect(received(live)).toEqual([
    'a',
    'into square',
    'b',
    'c',
    'out',
    'into square',
    'd',
    'out',
    'e',
  ]);
  for (const [index, { cursor }] of events(live).entries()) {
    const rest = received({ items: live.items.slice(index + 1) });
    await using again = await follow('eve', { after: cursor });
    await until(() => typesOf(again).includes('CaughtUp'));
    // What was said in a room that one has left since is no longer for one.
    const expected = rest.filter((text) => !['b', 'c'].includes(text));
    expect(received(again).sort()).toEqual(expected.sort());
  }
});

test('however often the stream is cut, each message of each room arrives once and in order', async () => {
  const others = ['ada', 'cy', 'eve'];
  const rooms = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      open(others[n % 3] as string, `storm ${n}`, ...others, 'bo'),
    ),
  );
  const late = await open('ada', 'late', 'cy');
  const seen = new Map<string, number[]>();
  let cursor = await headOf('bo');
  const take = (answers: readonly Answer[]) => {
    for (const { __typename, room, message, cursor: next } of events({ items: answers })) {
      cursor = next;
      if (__typename !== 'MessagePosted' || message.text === null) continue;
      seen.set(room.id, [...(seen.get(room.id) ?? []), message.sequence]);
    }
  };
  const MESSAGES = 30;
  let isOver = false;
  const storm = Promise.all([
    ...rooms.map(async (room, n) => {
      for (let count = 0; count < MESSAGES; count += 1) {
        await insist(() => chat.send(others[(n + count) % 3] as string, room, `${count}`));
      }
    }),
    (async () => {
      await insist(() => chat.ask(ADD, { roomId: late, userIds: [userIdOf('bo')] }, 'ada'));
      for (let count = 0; count < MESSAGES; count += 1) {
        await insist(() => chat.send('ada', late, `${count}`));
      }
    })(),
  ]).finally(() => {
    isOver = true;
  });
  // That she comes is the first message of the room into which she comes late.
  const firstOf = (room: string) => (room === late ? 2 : 1);
  const isComplete = () =>
    [...rooms, late].every((room) => seen.get(room)?.at(-1) === firstOf(room) + MESSAGES - 1);
  for (let cuts = 0; !(isOver && isComplete()); cuts += 1) {
    const stream = await follow('bo', { after: cursor });
    // In the end there is less than that: whatever comes until the stream has caught up.
    const isEnough = () =>
      stream.items.length > cuts % 9 || (isOver && typesOf(stream).includes('CaughtUp'));
    await until(isEnough);
    // What came until the cut was sent, and what the client takes of it says where it goes on.
    const taken = stream.items.slice(0, 1 + (cuts % 9));
    take(taken);
    await stream.stop();
  }
  await storm;
  const whole = (room: string) =>
    Array.from({ length: MESSAGES }, (_, index) => firstOf(room) + index);
  expect(seen).toEqual(new Map([...rooms, late].map((room) => [room, whole(room)])));
});

/** A room in which nothing has happened for a while, as most have not. */
async function quietRoom(name: string, ...people: string[]): Promise<string> {
  const id = await open('ada', name, ...people);
  await sql(
    chat,
    `UPDATE event_record SET occurred_at = occurred_at - interval '10 minutes' WHERE stream = $1`,
    [`room:${id}`],
  );
  return id;
}

/** A message whose transaction has told of it, and is not committed before it is let go. */
async function heldMessage(roomId: string) {
  const client = createClient(chat.databaseUrl);
  const transaction = createTransactor({
    begin: (work) => client.$transaction(work, { timeout: 60_000 }),
    storesOn,
    onCommitted: () => {},
  });
  let letGo = () => {};
  const gate = new Promise<void>((open) => {
    letGo = open;
  });
  let posted = () => {};
  const isPosted = new Promise<void>((resolve) => {
    posted = resolve;
  });
  const done = transaction(async (stores) => {
    const said = { text: 'held', clientMessageId: randomUUID(), replyToId: null };
    const post = { id: newId('msg'), roomId, authorId: userIdOf('ada'), at: new Date(), ...said };
    await postMessage(stores, post);
    posted();
    await gate;
  });
  await isPosted;
  return {
    commit: async () => {
      letGo();
      await done;
      await client.$disconnect();
    },
  };
}

test('a message that is announced earlier and committed later is not passed over', async () => {
  const [slow, fast] = [await quietRoom('slow', 'bo'), await open('ada', 'fast', 'bo')];
  await using inbox = await follow('bo');
  await until(() => typesOf(inbox).includes('CaughtUp'));
  const held = await heldMessage(slow);
  await chat.send('ada', fast, 'overtakes');
  await until(() => received(inbox).includes('overtakes'));
  const { cursor } = events(inbox).at(-1);
  await held.commit();
  await using again = await follow('bo', { after: cursor });
  await until(() => typesOf(again).includes('CaughtUp'));
  expect(received(again)).toEqual(['held']);
  await until(() => received(inbox).includes('held'));
  expect(received(inbox)).toEqual(['overtakes', 'held']);
  await using after = await follow('bo', { after: events(inbox).at(-1).cursor });
  await until(() => typesOf(after).includes('CaughtUp'));
  expect(received(after)).toEqual([]);
});

test('a cursor that trusted only the time would skip it (mutant)', async () => {
  const client = createClient(chat.databaseUrl);
  const { inbox } = storesOn(client);
  const bo = userIdOf('bo');
  const missedBy = async (placeIn: (heads: InboxHeads) => InboxPlace): Promise<boolean> => {
    const slow = await quietRoom('slow', 'bo');
    const held = await heldMessage(slow);
    const place = placeIn(await inbox.heads(bo));
    await held.commit();
    const heads = await inbox.heads(bo, place);
    const start = startBehind(place, heads, 5_000);
    if (typeof start === 'string') throw new Error(start);
    const { head } = heads.rooms.find(({ roomId }) => roomId === slow) as RoomHead;
    return start.rooms.get(slow) === head;
  };
  expect(await missedBy((heads) => startNow(heads).progress.place())).toBe(false);
  expect(await missedBy(trustTheTime)).toBe(true);
  await client.$disconnect();
});

/** Many things that are no messages, in a room in which nothing happened but that it was opened. */
const happenIn = (room: string, count: number) =>
  sql(
    chat,
    `WITH told AS (
       INSERT INTO event_record (id, stream, sequence, type, version, payload)
       SELECT $1 || n, $1, 1 + n, 'chat.ParticipantsChanged', 1, $2::jsonb
       FROM generate_series(1, $3::int) n)
     UPDATE event_stream SET sequence = 1 + $3::int WHERE stream = $1`,
    [`room:${room}`, JSON.stringify({ roomId: room, joined: [], left: [] }), count],
  );

test('the earlier history of a busy room does not delay somebody who joins it', async () => {
  const room = await open('ada', 'long busy', 'cy');
  const cursor = await headOf('bo');
  await happenIn(room, 5_001);
  await chat.ask(ADD, { roomId: room, userIds: [userIdOf('bo')] }, 'ada');
  await chat.send('ada', room, 'welcome');
  await using inbox = await follow('bo', { after: cursor });
  await until(() => typesOf(inbox).includes('CaughtUp'));
  // That they came is a message of the room.
  expect(typesOf(inbox)).toEqual(['RoomAdded', 'MessagePosted', 'MessagePosted', 'CaughtUp']);
  // Going on from in between finds the same.
  await using again = await follow('bo', { after: events(inbox)[0].cursor });
  await until(() => typesOf(again).includes('CaughtUp'));
  expect(typesOf(again)).toEqual(['MessagePosted', 'MessagePosted', 'CaughtUp']);
});

test('the first event after a moment is found, whichever days of the log are kept', async () => {
  const room = await open('ada', 'of old', 'bo');
  const client = createClient(chat.databaseUrl);
  const { inbox } = storesOn(client);
  const minutes = 60_000;
  const midnight = new Date().setUTCHours(0, 0, 0, 0);
  // In minutes before this day, or after it began.
  const times = [-4_000, -2_900, -2_881, -2_879, -1_000, -2, -1, 0, 1, 1, 3].map(
    (at) => new Date(midnight + at * minutes),
  );
  await sql(chat, 'DELETE FROM event_record WHERE stream = $1', [`room:${room}`]);
  await sql(
    chat,
    `WITH told AS (
       INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
       SELECT $1 || n, $1, n, 'chat.ParticipantsChanged', 1, '{}', at
       FROM unnest($2::timestamptz[]) WITH ORDINALITY AS given(at, n))
     UPDATE event_stream SET sequence = $3 WHERE stream = $1`,
    [`room:${room}`, times, times.length],
  );
  const moments = [
    ...times.map(Number),
    ...times.map((at) => Number(at) - 1),
    midnight - minutes / 2,
  ];
  for (const dropped of [0, 3, 7, times.length]) {
    await sql(chat, 'DELETE FROM event_record WHERE stream = $1 AND sequence <= $2', [
      `room:${room}`,
      dropped,
    ]);
    for (const moment of moments) {
      const { rooms } = await inbox.heads(userIdOf('bo'), { own: 0, until: new Date(moment) });
      const first = times.findIndex((at, index) => index >= dropped && Number(at) > moment);
      const found = rooms.find(({ roomId }) => roomId === room)?.firstSince;
      expect({ dropped, moment, found }).toEqual({
        dropped,
        moment,
        found: first < 0 ? null : first + 1,
      });
    }
  }
  await client.$disconnect();
});

test('a cursor that is too old, forged or somebody else’s is not continued', async () => {
  const room = await open('ada', 'far', 'bo');
  const cursor = await headOf('bo');
  await expect(follow('eve', { after: cursor })).rejects.toThrow('BAD_USER_INPUT');
  await expect(follow('bo', { after: `${cursor}x` })).rejects.toThrow('BAD_USER_INPUT');
  await expect(chat.subscribe(INBOX, {})).rejects.toThrow('UNAUTHENTICATED');
  await happenIn(room, 5_001);
  await using late = await follow('bo', { after: cursor });
  await until(() => typesOf(late).includes('CaughtUp'));
  expect(events(late)[0]).toMatchObject({ __typename: 'StreamReset', reason: 'CURSOR_EXPIRED' });
  await chat.send('ada', room, 'and on');
  await until(() => received(late).includes('and on'));
});

test('opening an inbox takes the same number of statements in any number of rooms', async () => {
  const statementsOf = async (name: string) => {
    const after = await headOf(name);
    return (
      await chat.statementsOf(async () => {
        const stream = await follow(name, { after });
        await until(() => typesOf(stream).includes('CaughtUp'));
        await stream.stop();
      })
    ).filter((text) => !/FROM event_stream WHERE stream = ANY/.test(text)).length;
  };
  await chat.register('few', 'many');
  await open('few', 'one');
  for (let n = 0; n < 25; n += 1) await open('many', `${n}`);
  expect(await statementsOf('many')).toBe(await statementsOf('few'));
});

test.each([{ messages: true }, { messages: false }])(
  'one message takes the same number of statements for any number of inboxes (%o)',
  async ({ messages }) => {
    const crowd = Array.from({ length: 48 }, (_, n) => `crowd${n}${messages}`);
    await chat.register(...crowd);
    const isTold = (stream: { items: readonly Answer[] }) =>
      typesOf(stream).some((type) => ['MessagePosted', 'RoomStateChanged'].includes(type));
    const statementsFor = async (people: readonly string[]) => {
      const room = await open('ada', 'crowded', ...people);
      const streams = await Promise.all(people.map((name) => follow(name, { messages })));
      await Promise.all(streams.map((stream) => until(() => typesOf(stream).includes('CaughtUp'))));
      const statements = await chat.statementsOf(async () => {
        await chat.send('ada', room, 'to all');
        await Promise.all(streams.map((stream) => until(() => isTold(stream))));
      });
      await Promise.all(streams.map((stream) => stream.stop()));
      return statements.filter((text) => !/FROM event_stream WHERE stream = ANY/.test(text)).length;
    };
    const [one, all] = [await statementsFor(crowd.slice(0, 1)), await statementsFor(crowd)];
    // A few more where the machine is busy and they do not all ask in one turn.
    expect(all - one).toBeLessThan(crowd.length / 3);
  },
);

test('the position in a busy room is found with few reads, whenever something last happened there', async () => {
  await chat.register('solo');
  const room = await quietRoom('busy for long', 'solo');
  await sql(
    chat,
    `INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
     SELECT 'evt_busy' || n, $1, 1 + n, 'chat.ReadMoved', 1, '{}',
       statement_timestamp() - (30000 - n) * interval '10 milliseconds' - interval '2 minutes'
     FROM generate_series(1, 30000) n`,
    [`room:${room}`],
  );
  await sql(chat, `UPDATE event_stream SET sequence = 30001 WHERE stream = $1`, [`room:${room}`]);
  const client = createClient(chat.databaseUrl);
  const { inbox } = storesOn(client);
  const solo = userIdOf('solo');
  const placeAt = (until: Date | null) => until && { own: 0, until };
  const pagesOf = async (since: Date | null) => {
    const { text, values } = headsOf(solo, placeAt(since));
    const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`;
    const [row] = await sql<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      chat,
      explain,
      values,
    );
    const plan = row?.['QUERY PLAN'][0].Plan ?? {};
    return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  };
  const { now } = await inbox.heads(solo);
  const firstSince = async (since: Date | null) =>
    (await inbox.heads(solo, placeAt(since))).rooms.find(({ roomId }) => roomId === room)
      ?.firstSince;
  expect(await firstSince(null)).toBeNull();
  const fourMinutesAgo = new Date(now.getTime() - 240_000);
  const [{ sequence }] = (await sql<{ sequence: string }>(
    chat,
    'SELECT min(sequence) AS sequence FROM event_record WHERE stream = $1 AND occurred_at > $2',
    [`room:${room}`, fourMinutesAgo],
  )) as [{ sequence: string }];
  expect(await firstSince(fourMinutesAgo)).toBe(Number(sequence));
  // Each look into an index is a few pages; what happened in the room fills hundreds of them.
  expect(await pagesOf(null)).toBeLessThan(40);
  expect(await pagesOf(fourMinutesAgo)).toBeLessThan(200);
  await client.$disconnect();
});
