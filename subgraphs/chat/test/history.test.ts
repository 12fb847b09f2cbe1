import { newId, viewerIdOf } from '@souk/runtime/domain';
import { as, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Room, seesAll } from '../src/domain/room.ts';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { createRoomFeed } from '../src/realtime/room-feed.ts';
import {
  ADD,
  codesOf,
  EDIT,
  FAILURES,
  LEAVE,
  MARK_READ,
  PIN,
  REACT,
  startChat,
  type TestChat,
} from './chat.ts';
import { loggedEventsOf } from './database.ts';

let chat: TestChat;
let room: string;
let ids: string[];
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo', 'cy', 'eve', 'flo'] });
  room = await chat.openDirect('ada', 'bo');
  ids = [];
  for (let count = 1; count <= 12; count += 1) {
    ids.push((await chat.send(count % 2 ? 'ada' : 'bo', room, `message ${count}`)).id);
  }
});
afterAll(() => chat[Symbol.asyncDispose]());

const HISTORY = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $around: MessageAnchor) {
  room(id: $id) {
    messages(first: $first, after: $after, last: $last, before: $before, around: $around) {
      edges { cursor node { sequence } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } } }`;
const page = async (args: Record<string, unknown>) => {
  const { messages } = (await chat.ask(HISTORY, { id: room, ...args }, 'ada')).room;
  return {
    sequences: messages.edges.map(({ node }: { node: { sequence: number } }) => node.sequence),
    ...messages.pageInfo,
  };
};
const SENT_AT = 'query ($id: ID!) { message(id: $id) { sentAt } }';
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('without arguments history shows its newest messages, newest last', async () => {
  expect(await page({})).toMatchObject({
    sequences: upTo(12),
    hasNextPage: false,
    hasPreviousPage: false,
  });
});

test('history is paged from its start', async () => {
  const first = await page({ first: 5 });
  expect(first).toMatchObject({ sequences: upTo(5), hasNextPage: true, hasPreviousPage: false });
  const next = await page({ first: 5, after: first.endCursor });
  expect(next).toMatchObject({ sequences: upTo(10, 6), hasNextPage: true, hasPreviousPage: true });
  const last = await page({ first: 5, after: next.endCursor });
  expect(last).toMatchObject({ sequences: [11, 12], hasNextPage: false });
  expect(await page({ first: 5, after: last.endCursor })).toMatchObject({
    sequences: [],
    hasNextPage: false,
    endCursor: null,
  });
});

test('history is paged from its end', async () => {
  const newest = await page({ last: 5 });
  expect(newest).toMatchObject({
    sequences: upTo(12, 8),
    hasPreviousPage: true,
    hasNextPage: false,
  });
  const older = await page({ last: 5, before: newest.startCursor });
  expect(older).toMatchObject({ sequences: upTo(7, 3), hasPreviousPage: true, hasNextPage: true });
  const oldest = await page({ last: 5, before: older.startCursor });
  expect(oldest).toMatchObject({ sequences: [1, 2], hasPreviousPage: false });
  expect(await page({ last: 5, before: oldest.startCursor })).toMatchObject({ sequences: [] });
});

test('an empty page tells what there is, and `before` limits a page from the start too', async () => {
  const nothing = await page({ first: 0 });
  expect(nothing).toMatchObject({ sequences: [], hasNextPage: true, hasPreviousPage: false });
  expect(await page({ last: 0 })).toMatchObject({ sequences: [], hasPreviousPage: true });
  const { startCursor: sixth } = await page({ last: 7 });
  expect((await page({ first: 9, before: sixth })).sequences).toEqual(upTo(5));
  expect((await page({ first: 2, before: sixth })).sequences).toEqual([1, 2]);
  const { endCursor: second } = await page({ first: 2 });
  expect((await page({ last: 2, after: second, before: sixth })).sequences).toEqual([4, 5]);
});

test.each([
  [5, 5, [3, 4, 5, 6, 7]],
  [5, 1, [1, 2, 3, 4, 5]],
  [5, 12, [8, 9, 10, 11, 12]],
  [4, 6, [5, 6, 7, 8]],
  [1, 6, [6]],
])('a page of %i around message %i', async (first, sequence, sequences) => {
  for (const around of [{ messageId: ids[sequence - 1] }, { sequence }]) {
    expect((await page({ first, around })).sequences).toEqual(sequences);
  }
});

test.each([
  ['first and last', { first: 1, last: 1 }],
  ['a negative number', { last: -1 }],
  ['more than 100', { first: 101 }],
  ['an edited cursor', { first: 1, after: 'AAAAAAAAAAAAAAAAAAAAAAAAMQ' }],
  ['a cursor of 10 KB', { first: 1, after: 'x'.repeat(10_000) }],
  ['a cursor that is no cursor', { last: 1, before: '%%%' }],
])('%s is bad input', async (_, args) => {
  const answer = await chat.execute(HISTORY, { id: room, ...args }, as('ada'));
  expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
});

test.each([
  ['nothing', {}, 'EXACTLY_ONE_REQUIRED'],
  ['two things', { sequence: 1, firstUnread: true }, 'EXACTLY_ONE_REQUIRED'],
  ['a sequence before the first', { sequence: 0 }, 'BAD_USER_INPUT'],
  ['no first unread', { firstUnread: false }, 'BAD_USER_INPUT'],
])('%s to open the history around is a bad request', async (_, around, code) => {
  const answer = await chat.execute(HISTORY, { id: room, first: 1, around }, as('ada'));
  expect(codesOf(answer)).toEqual([code]);
});

test('the history opens at the first unread message, at any moment, or at its end', async () => {
  const long = await chat.openDirect('ada', 'flo');
  const sent: string[] = [];
  for (const n of upTo(20)) {
    const { id } = await chat.send('ada', long, `${n}`);
    sent.push((await chat.ask(SENT_AT, { id }, 'ada')).message.sentAt);
  }
  await chat.ask(MARK_READ, { roomId: long, upTo: 7 }, 'flo');
  const at = async (around: object, who = 'flo') => {
    const { messages } = (await chat.ask(HISTORY, { id: long, first: 1, around }, who)).room;
    return messages.edges[0].node.sequence;
  };
  expect(await at({ firstUnread: true })).toBe(8);
  expect(await at({ firstUnread: true }, 'ada')).toBe(20);
  expect(await at({ sequence: 1_000 })).toBe(20);
  for (const [index, moment] of sent.entries()) {
    expect(await at({ at: moment })).toBe(sent.indexOf(moment) + 1);
    expect(sent.indexOf(moment)).toBeLessThanOrEqual(index);
  }
  expect(await at({ at: '1999-01-01T00:00:00Z' })).toBe(1);
  expect(await at({ at: '2999-01-01T00:00:00Z' })).toBe(20);
  const empty = await chat.openDirect('bo', 'flo');
  for (const around of [{ firstUnread: true }, { sequence: 5 }, { at: sent[0] }]) {
    const variables = { id: empty, first: 1, around };
    expect((await chat.ask(HISTORY, variables, 'flo')).room.messages.edges).toEqual([]);
  }
});

test('a cursor of another room is bad input, and `around` knows only messages of this one', async () => {
  const other = await chat.openDirect('ada', 'cy');
  await chat.send('ada', other, 'elsewhere');
  const { endCursor } = await page({ first: 1 });
  const foreign = await chat.execute(HISTORY, { id: other, first: 1, after: endCursor }, as('ada'));
  expect(codesOf(foreign)).toEqual(['BAD_USER_INPUT']);
  for (const messageId of [newId('msg'), ids[0], 'x']) {
    const variables = { id: other, first: 1, around: { messageId } };
    const answer = await chat.execute(HISTORY, variables, as('ada'));
    expect(codesOf(answer)).toEqual(['MESSAGE_NOT_FOUND']);
  }
});

test('people outside a private room find neither the room nor anything in it', async () => {
  const queries = [
    ['query ($id: ID!) { room(id: $id) { id messages { edges { node { text } } } } }', room],
    ['query ($id: ID!) { message(id: $id) { text room { name } } }', ids[0]],
  ] as const;
  for (const [query, id] of queries) {
    const { data, errors } = await chat.execute(query, { id }, as('eve'));
    expect(errors).toBeUndefined();
    expect(Object.values(data)).toEqual([null]);
    expect(codesOf(await chat.execute(query, { id }))).toEqual(['UNAUTHENTICATED']);
  }
  const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Room { id name lastMessage { text } } ... on Message { id text replyTo { text } } } }`;
  const representations = [
    { __typename: 'Room', id: room },
    { __typename: 'Message', id: ids[0] },
    { __typename: 'Room', id: newId('room') },
    { __typename: 'Message', id: 'x' },
  ];
  for (const viewer of [as('eve'), null]) {
    const { data, errors } = await chat.execute(ENTITIES, { representations }, viewer);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([null, null, null, null]);
  }
  const data = await chat.ask(ENTITIES, { representations }, as('bo'));
  expect(data._entities).toMatchObject([
    { id: room, lastMessage: { text: 'message 12' } },
    { id: ids[0], text: 'message 1' },
    null,
    null,
  ]);
});

test('the Viewer entity resolves only for the viewer', async () => {
  const QUERY = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Viewer { id rooms { totalCount edges { node { id } } } presence { status } } } }`;
  const representations = [{ __typename: 'Viewer', id: viewerIdOf(userIdOf('ada')) }];
  expect((await chat.ask(QUERY, { representations }, as('eve')))._entities).toEqual([null]);
  expect((await chat.ask(QUERY, { representations }, null))._entities).toEqual([null]);
  const own = (await chat.ask(QUERY, { representations }, as('ada')))._entities[0];
  expect(own.rooms.totalCount).toBe(own.rooms.edges.length);
  expect(own.rooms.edges.length).toBeGreaterThan(0);
});

test('everybody can read a public room, but only its participants have a viewer state', async () => {
  const open = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Readable' });
  await chat.send('ada', open, 'to all');
  const QUERY = `query ($id: ID!) { room(id: $id) { viewerState { unreadCount }
    messages { edges { node { text } } } } }`;
  const { room: seen } = await chat.ask(QUERY, { id: open }, 'eve');
  expect(seen).toMatchObject({
    viewerState: null,
    messages: { edges: [{ node: { text: 'to all' } }] },
  });
});

const VISIBILITY = `mutation ($id: ID!, $to: HistoryVisibility!) {
  updateRoom(input: { id: $id, historyVisibility: $to }) { room { historyVisibility } ${FAILURES} } }`;
const MINE = `query ($id: ID!, $of: [_Any!]!) {
  room(id: $id) { lastMessage { text } pinned { edges { node { text } } } threads { edges { node { id } } }
    messages { edges { node { text replyTo { text } } } pageInfo { hasPreviousPage } }
    first: messages(first: 2) { edges { node { text } } }
    around: messages(first: 3, around: { sequence: 1 }) { edges { node { text } } }
    viewerState { unreadCount threadUnreadCount firstUnread { text } } }
  searchMessages(query: "tea") { edges { node { text } } }
  named: searchMessages(query: "tea", filter: { roomIds: [$id] }) { edges { node { text } } }
  _entities(representations: $of) { ... on Viewer { unread { messages threads mentions }
    threads { edges { node { id } } } savedMessages { edges { node { text } } } } } }`;
const ONE = `query ($id: ID!, $thread: ID!) {
  message(id: $id) { text } thread(id: $thread) { id messages { edges { node { text } } } } }`;

/** What somebody finds of a room, by each way that there is. */
const foundBy = async (who: string, roomId: string) => {
  const of = [{ __typename: 'Viewer', id: viewerIdOf(userIdOf(who)) }];
  const { room: found, _entities, ...rest } = await chat.ask(MINE, { id: roomId, of }, who);
  return { ...found, ...rest, viewer: _entities[0] };
};
const textsIn = (found: unknown): Set<string> =>
  new Set([...JSON.stringify(found).matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text ?? ''));

async function roomWithHistory() {
  const roomId = await chat.createRoom('ada', {
    ...{ kind: 'PRIVATE', name: 'Tea', participantIds: [userIdOf('bo')] },
  });
  const old = await chat.send('ada', roomId, 'old tea');
  const reply = await chat.send('bo', roomId, 'old reply of tea', { threadOfId: old.id });
  await chat.ask(PIN, { id: old.id, on: true }, 'ada');
  const { updateRoom } = await chat.ask(VISIBILITY, { id: roomId, to: 'SINCE_JOINING' }, 'ada');
  expect(updateRoom.room).toEqual({ historyVisibility: 'SINCE_JOINING' });
  await chat.ask(ADD, { roomId, userIds: [userIdOf('flo')] }, 'ada');
  return { roomId, old, reply, threadId: `thr_${old.id.slice('msg_'.length)}` };
}

/** What people said, without what the room tells of itself. */
const saidIn = ({ messages }: { messages: { edges: { node: { text: string | null } }[] } }) =>
  messages.edges.filter(({ node }) => node.text !== null);

test('if newcomers may not see the earlier history, no query leads to it', async () => {
  const { roomId, old, reply, threadId } = await roomWithHistory();
  expect(textsIn(await foundBy('flo', roomId))).toEqual(new Set());
  await using stream = await chat.follow('flo', roomId);
  await using inbox = await chat.subscribe(
    `subscription { inboxEvents(messages: true) { __typename
      ... on MessagePosted { message { text } } ... on MessageEdited { message { text } }
      ... on ReactionsChanged { message { text } } ... on PinChanged { message { text } }
      ... on ThreadUpdated { message { text } thread { id } } ... on MessageDeleted { message { id } } } }`,
    {},
    as('flo'),
  );
  await using list = await chat.subscribe(
    `subscription { inboxEvents(messages: false) { __typename ... on RoomStateChanged { room { lastMessage { text } } } } }`,
    {},
    as('flo'),
  );
  await Promise.all([stream.atLeast(1), inbox.atLeast(1), list.atLeast(1)]);
  // What becomes of it afterwards is not for them either.
  await chat.ask(EDIT, { input: { messageId: old.id, text: 'old tea, edited' } }, 'ada');
  await chat.ask(REACT, { id: old.id, emoji: '👍', on: true }, 'bo');
  await chat.ask(PIN, { id: old.id, on: false }, 'ada');
  await chat.ask(PIN, { id: old.id, on: true }, 'ada');
  await chat.send('bo', roomId, 'old thread of tea, @flo', { threadOfId: old.id });
  await chat.send('ada', roomId, 'new tea', { replyToId: old.id });
  const [told] = await sql(
    chat,
    `SELECT payload->'mentioned' AS mentioned, payload->'followerIds' AS followers FROM event_record
     WHERE type = 'chat.ThreadReplied' AND stream = $1 ORDER BY sequence DESC LIMIT 1`,
    [`room:${roomId}`],
  );
  expect(told).toEqual({ mentioned: [], followers: [userIdOf('ada')] });
  const seen = (told: { items: unknown[] }) => textsIn(told.items);
  await until(async () => seen(stream).has('new tea') && seen(inbox).has('new tea'));
  expect([seen(stream), seen(inbox)]).toEqual([new Set(['new tea']), new Set(['new tea'])]);
  expect(JSON.stringify([stream.items, inbox.items])).not.toContain(old.id);
  // Nor does a list of rooms hear that something became of it.
  const states = () =>
    list.items.flatMap(({ data: { inboxEvents } }) =>
      inboxEvents.__typename === 'RoomStateChanged' ? [inboxEvents.room.lastMessage] : [],
    );
  // Each time there is something that they may see: what the room says of itself, and what came last.
  await until(() => states().some((last) => last?.text === 'new tea'));
  expect(states()).not.toContain(null);

  const found = await foundBy('flo', roomId);
  expect(textsIn(found)).toEqual(new Set(['new tea']));
  expect(found).toMatchObject({
    // That they came, that something was pinned, and what was said since.
    messages: {
      edges: [{ node: { text: null } }, { node: { text: null } }, { node: { replyTo: null } }],
      pageInfo: { hasPreviousPage: false },
    },
    viewerState: { unreadCount: 1, threadUnreadCount: 0 },
    ...{ threads: { edges: [] }, viewer: { unread: { threads: 0 }, threads: { edges: [] } } },
  });
  for (const id of [old.id, reply.id]) {
    expect(await chat.ask(ONE, { id, thread: threadId }, 'flo')).toEqual({
      message: null,
      thread: null,
    });
    expect(codesOf(await chat.execute(REACT, { id, emoji: '👍', on: true }, as('flo')))).toEqual([
      'MESSAGE_NOT_FOUND',
    ]);
  }
  const UNREAD = `mutation ($id: ID!) { markRoomUnread(roomId: $id, fromSequence: 1) {
    room { viewerState { unreadCount } } ${FAILURES} } }`;
  const { markRoomUnread } = await chat.ask(UNREAD, { id: roomId }, 'flo');
  expect(markRoomUnread.room.viewerState.unreadCount).toBe(1);

  // Who was there sees all of it, and who comes back begins anew.
  expect(saidIn(await foundBy('bo', roomId))).toHaveLength(2);
  await chat.ask(LEAVE, { id: roomId }, 'flo');
  await chat.send('ada', roomId, 'tea between');
  await chat.ask(ADD, { roomId, userIds: [userIdOf('flo')] }, 'ada');
  expect(textsIn(await foundBy('flo', roomId))).toEqual(new Set());
  // What is chosen later is for those who come later.
  await chat.ask(VISIBILITY, { id: roomId, to: 'ALL' }, 'ada');
  await chat.ask(ADD, { roomId, userIds: [userIdOf('cy')] }, 'ada');
  expect(textsIn(await foundBy('flo', roomId))).toEqual(new Set());
  expect(saidIn(await foundBy('cy', roomId))).toHaveLength(3);

  const open = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Square' });
  const refused = await chat.execute(VISIBILITY, { id: open, to: 'SINCE_JOINING' }, as('ada'));
  expect(codesOf(refused)).toEqual(['BAD_USER_INPUT']);
});

test('newcomers have read everything up to their own joining, and hidden history ends there', async () => {
  const { roomId } = await roomWithHistory();
  for (let round = 0; round < 6; round += 1) {
    await chat.ask(LEAVE, { id: roomId }, 'flo');
    const talk = Array.from({ length: 6 }, (_, at) => chat.send('ada', roomId, `${round}.${at}`));
    await Promise.all([...talk, chat.ask(ADD, { roomId, userIds: [userIdOf('flo')] }, 'bo')]);
    const [place] = await sql(
      chat,
      `SELECT p.hidden_sequence = (SELECT max(sequence) FROM event_record WHERE stream = 'room:' || p.room_id
         AND type = 'chat.ParticipantsChanged') AS is_coming,
        p.hidden_message_sequence = came.newest AS hides_to_newest,
        p.read_message_sequence = came.newest AND p.read_event_sequence = p.hidden_sequence AS read_to_newest
       FROM participant p CROSS JOIN LATERAL (SELECT max(m.sequence) AS newest FROM message m
         WHERE m.room_id = p.room_id AND m.thread_root_id IS NULL AND m.event_sequence < p.hidden_sequence) came
       WHERE p.room_id = $1 AND p.user_id = $2`,
      [roomId, userIdOf('flo')],
    );
    expect(place).toEqual({ is_coming: true, hides_to_newest: true, read_to_newest: true });
  }
});

test('somebody who leaves and comes back gets the access they have then, and their earlier stream ends', async () => {
  const { roomId } = await roomWithHistory();
  const client = createClient(chat.databaseUrl);
  try {
    // Only who may read is asked here; nothing is followed.
    const { guarded } = createRoomFeed({} as never, storesOn(client));
    const bo = userIdOf('bo');
    const before = guarded({ viewerId: bo, roomId });
    await before.authorisedHead?.();
    expect(seesAll(before.room() as Room)).toBe(true);
    await chat.ask(LEAVE, { id: roomId }, 'bo');
    const left = (await loggedEventsOf(chat, roomId)).findLast(
      ({ type }) => type === 'chat.ParticipantsChanged',
    );
    await chat.ask(ADD, { roomId, userIds: [bo] }, 'ada');
    expect(await before.mayRead?.(left as never)).toBe(false);
    const after = guarded({ viewerId: bo, roomId });
    await after.authorisedHead?.();
    expect(seesAll(after.room() as Room)).toBe(false);
    expect(await after.mayRead?.(left as never)).toBe(true);
  } finally {
    await client.$disconnect();
  }
});
