import { randomUUID } from 'node:crypto';
import { viewerIdOf } from '@souk/runtime/domain';
import { as, sql, userIdOf } from '@souk/testkit';
import { grownIdSql } from '@souk/testkit/growth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { startChat, type TestChat } from './chat.ts';

let chat: TestChat;
const rooms: string[] = [];
beforeAll(async () => {
  chat = await startChat();
  for (let count = 1; count <= 12; count += 1) {
    const room = await chat.createRoom('ada', {
      kind: 'PUBLIC',
      name: `Room ${count}`,
      participantIds: [userIdOf('bo'), userIdOf('cy')].slice(0, count % 3),
    });
    rooms.push(room);
    const first = await chat.send('ada', room, 'first');
    for (let more = 0; more < count % 4; more += 1) {
      await chat.send('ada', room, 'more', { replyToId: first.id });
    }
  }
});
afterAll(() => chat[Symbol.asyncDispose]());

const EVERYTHING = `id name head participantCount group { id } createdAt
  participants(first: 2) { totalCount edges { node { id user { id } readUpToSequence } } pageInfo { hasNextPage } }
  lastMessage { text author { username presence { status } } replyTo { text } room { name } }
  messages(last: 3) { edges { node { sequence author { username } replyTo { sequence } } } }
  viewerCan lastSequence
  viewerState { id unreadCount readUpToSequence firstUnread { sequence } }`;
const OWN_ROOMS = `query ($representations: [_Any!]!, $first: Int) {
  _entities(representations: $representations) {
    ... on Viewer { rooms(first: $first) { totalCount edges { node { ${EVERYTHING} } } } } } }`;
const PUBLIC_ROOMS = `query ($first: Int) {
  publicRooms(first: $first) { totalCount edges { node { ${EVERYTHING} } } } }`;
const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Room { ${EVERYTHING} } } }`;

/** Of several askings the one with the fewest statements: what the worker does meanwhile is not counted. */
async function statementsFor(query: string, variables: Record<string, unknown>) {
  const asked: string[][] = [];
  for (let nth = 0; nth < 3; nth += 1) {
    asked.push(await chat.statementsOf(() => chat.ask(query, variables, 'ada')));
  }
  return asked.reduce((fewest, each) => (each.length < fewest.length ? each : fewest));
}

test.each([
  [
    'own rooms',
    OWN_ROOMS,
    (first: number) => ({
      first,
      representations: [{ __typename: 'Viewer', id: viewerIdOf(userIdOf('ada')) }],
    }),
  ],
  ['public rooms', PUBLIC_ROOMS, (first: number) => ({ first })],
  [
    'rooms as entities',
    ENTITIES,
    (first: number) => ({
      representations: rooms.slice(0, first).map((id) => ({ __typename: 'Room', id })),
    }),
  ],
])('%s: the number of statements does not grow with the number of rooms', async (_, query, of) => {
  await statementsFor(query, of(1));
  const two = await statementsFor(query, of(2));
  const twelve = await statementsFor(query, of(12));
  expect(twelve).toHaveLength(two.length);
  expect(twelve.length).toBeLessThan(12);
});

test('rooms are listed newest talk first, and paged without a hole', async () => {
  await chat.send('ada', rooms[3] as string, 'newest');
  const QUERY = `query ($first: Int, $after: String) { publicRooms(first: $first, after: $after) {
    edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
  const listed: string[] = [];
  let after: string | null = null;
  do {
    const { publicRooms } = await chat.ask(QUERY, { first: 5, after }, null);
    listed.push(...publicRooms.edges.map(({ node }: { node: { id: string } }) => node.id));
    after = publicRooms.pageInfo.hasNextPage ? publicRooms.pageInfo.endCursor : null;
  } while (after);
  expect(listed[0]).toBe(rooms[3]);
  expect([...listed].sort()).toEqual([...rooms].sort());
});

test('rooms are searched by the words of name and topic, which have no wildcards', async () => {
  await chat.createRoom('ada', { kind: 'PUBLIC', name: '100% Wool', topic: 'under_score \\ back' });
  await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Secret Wool' });
  const found = async (query: string) =>
    (
      await chat.ask(
        'query ($query: String) { publicRooms(query: $query) { totalCount edges { node { name } } } }',
        { query },
        null,
      )
    ).publicRooms;
  for (const query of ['wool', '100% W', 'under_s', '\\ b']) {
    expect(await found(query)).toEqual({ totalCount: 1, edges: [{ node: { name: '100% Wool' } }] });
  }
  for (const query of ['_%_', "'; DROP TABLE room; --", '%'.repeat(200)]) {
    expect((await found(query)).totalCount).toBe(0);
  }
  const long = await chat.execute(`{ publicRooms(query: "${'x'.repeat(201)}") { totalCount } }`);
  expect(long.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
});

test('the requests of many viewers at once take a few statements', async () => {
  const MINE = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Room { viewerState { unreadCount } } } }`;
  const [, second] = rooms;
  const people = ['ada', 'bo', 'cy', 'eve'];
  const unreadOf = new Map<string, unknown>();
  const statements = await chat.statementsOf(async () => {
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const who = people[index % people.length] as string;
        const representations = [{ __typename: 'Room', id: second }];
        const data = await chat.ask(MINE, { representations }, as(who));
        unreadOf.set(who, data?._entities[0].viewerState?.unreadCount ?? 'not in it');
      }),
    );
  });
  expect(Object.fromEntries(unreadOf)).toEqual({ ada: 0, bo: 3, cy: 3, eve: 'not in it' });
  // One, or a few where the machine is busy and not all ask in one turn.
  expect(statements.filter((sql) => sql.includes('FROM jsonb_to_recordset')).length).toBeLessThan(
    25,
  );
});

test('many subscribers at once are let in by a few statements', async () => {
  const room = await chat.openDirect('ada', 'bo');
  const people = ['ada', 'bo', 'cy', 'eve'];
  const crowd = Array.from({ length: 60 }, (_, index) => people[index % people.length] as string);
  const firstSaid = async (who: string): Promise<string> => {
    try {
      await using stream = await chat.follow(who, room);
      const [first] = await stream.atLeast(1);
      return first?.data?.roomEvents.__typename;
    } catch (error) {
      return String(error).match(/[A-Z]+_NOT_FOUND/)?.[0] ?? String(error);
    }
  };
  const kinds = new Map<string, Set<string>>();
  const statements = await chat.statementsOf(() =>
    Promise.all(
      crowd.map(async (who) => {
        kinds.set(who, (kinds.get(who) ?? new Set()).add(await firstSaid(who)));
      }),
    ),
  );
  expect(Object.fromEntries([...kinds].map(([who, said]) => [who, [...said]]))).toEqual({
    ada: ['CaughtUp'],
    bo: ['CaughtUp'],
    cy: ['ROOM_NOT_FOUND'],
    eve: ['ROOM_NOT_FOUND'],
  });
  // The room of each, with the head of its stream: once for all, or a few times where the machine is busy.
  expect(statements.length, statements.join('\n')).toBeLessThan(crowd.length);
});

test('a join is one statement, which reads how far the stream reaches and who may follow it as of the same moment', async () => {
  const room = await chat.openDirect('ada', 'bo');
  const joins: (readonly string[])[] = [];
  for (let time = 0; time < 4; time += 1) {
    joins.push(
      await chat.statementsOf(async () => {
        await using stream = await chat.follow('ada', room);
        await stream.atLeast(1);
      }),
    );
  }
  // The worker sends statements of its own now and then.
  const fewest = joins.reduce((one, other) => (other.length < one.length ? other : one));
  expect(fewest, fewest.join('\n')).toHaveLength(1);
  expect(fewest[0]).toContain('event_stream');
  expect(fewest[0]).toContain('participant');
});

/** Of several sendings behind a first one that with the fewest statements: its author is looked up now and then. */
async function statementsOfMessage(
  roomId: string,
  more: Record<string, unknown> = {},
  text = '@bo, are you here?',
): Promise<number> {
  const counts: number[] = [];
  for (let nth = 0; nth < 5; nth += 1) {
    const sent = await chat.statementsOf(() => chat.send('ada', roomId, text, more));
    counts.push(sent.length);
  }
  return Math.min(...counts);
}

test.each([
  ['a public room', () => chat.createRoom('ada', { kind: 'PUBLIC', name: 'Lane' })],
  [
    'a private room',
    () =>
      chat.createRoom('ada', { kind: 'PRIVATE', name: 'Yard', participantIds: [userIdOf('bo')] }),
  ],
  ['a direct room', () => chat.openDirect('ada', 'cy')],
])(
  'the first message of somebody in %s is two statements, and each further one is its transaction alone',
  async (_, open) => {
    const roomId = await open();
    const first = await chat.statementsOf(() => chat.send('ada', roomId, 'good morning'));
    expect(
      first.filter((sql) => !sql.includes('known_user')),
      first.join('\n'),
    ).toHaveLength(2);
    expect(await statementsOfMessage(roomId, {}, 'good morning')).toBe(1);
  },
);

test('a message among a thousand people costs as many statements as one between two', async () => {
  const open = { kind: 'PUBLIC', name: 'Hall', participantIds: [userIdOf('bo')] };
  const two = await chat.createRoom('ada', open);
  const crowd = await chat.createRoom('ada', open);
  await sql(
    chat,
    `INSERT INTO participant (room_id, user_id, joined_at)
     SELECT $1, ${grownIdSql('usr', 'n')}, now() FROM generate_series(1, 998) n`,
    [crowd],
  );
  const { room } = await chat.ask(
    'query ($id: ID!) { room(id: $id) { participantCount } }',
    { id: crowd },
    'ada',
  );
  expect(room.participantCount).toBe(1_000);
  const few = await statementsOfMessage(two);
  expect(await statementsOfMessage(crowd)).toBe(few);
  expect(few).toBeLessThan(25);
  const inThread = async (roomId: string) => {
    const { id: threadOfId } = await chat.send('ada', roomId, 'root');
    return statementsOfMessage(roomId, { threadOfId });
  };
  expect(await inThread(crowd)).toBe(await inThread(two));
});

test.each<
  [
    string,
    (
      stores: Stores,
      ids: { roomId: string; messageId: string; viewerId: string },
    ) => Promise<unknown>,
  ]
>([
  ['a room', ({ rooms }, { roomId, viewerId }) => rooms.findVisible([roomId], viewerId)],
  [
    'rooms of many viewers, as each join asks for one',
    ({ rooms }, { roomId: id, viewerId }) => rooms.findVisibleToEach([{ viewerId, id }]),
  ],
  [
    'a room that something is about to be said in',
    ({ rooms }, { roomId, viewerId }) => rooms.findWithSent(roomId, viewerId, randomUUID()),
  ],
  [
    'a message',
    ({ messages }, { messageId, viewerId }) => messages.findVisible([messageId], viewerId),
  ],
  [
    'messages of many viewers',
    ({ messages }, { messageId: id, viewerId }) => messages.findVisibleToEach([{ viewerId, id }]),
  ],
])(
  '%s is read by a statement that is planned once: planning takes longer than reading it',
  async (_, read) => {
    const roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Planned' });
    const { id: messageId } = await chat.send('ada', roomId, 'once');
    const client = createClient(chat.databaseUrl);
    await using _client = { [Symbol.asyncDispose]: () => client.$disconnect() };
    await client.$transaction(async (db) => {
      await read(storesOn(db), { roomId, messageId, viewerId: userIdOf('ada') });
      expect(await db.$queryRaw`SELECT name FROM pg_prepared_statements`).toHaveLength(1);
    });
  },
);
