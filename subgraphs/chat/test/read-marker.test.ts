import { viewerIdOf } from '@souk/runtime/domain';
import { as, insist, randomOf, sized, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, MARK_READ, startChat, type TestChat, UPDATE } from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const STATE = `query ($id: ID!) { room(id: $id) {
  viewerState { readUpToSequence unreadCount firstUnread { sequence } } } }`;
const stateOf = async (who: string, id: string) =>
  (await chat.ask(STATE, { id }, who)).room.viewerState;

test('unread counts the messages of others since the marker; writing and reading set it to zero', async () => {
  const room = await chat.openDirect('ada', 'bo');
  expect(await stateOf('bo', room)).toMatchObject({ unreadCount: 0, firstUnread: null });
  await chat.send('ada', room, 'one');
  await chat.send('ada', room, 'two');
  await chat.send('ada', room, 'three');
  expect(await stateOf('ada', room)).toMatchObject({ unreadCount: 0 });
  expect(await stateOf('bo', room)).toMatchObject({ unreadCount: 3, firstUnread: { sequence: 1 } });
  const { markRoomRead } = await chat.ask(MARK_READ, { roomId: room, upTo: 1 }, 'bo');
  expect(markRoomRead.room.viewerState).toEqual({
    readUpToSequence: 1,
    unreadCount: 2,
    firstUnread: { sequence: 2 },
  });
  await chat.send('bo', room, 'answer');
  expect(await stateOf('bo', room)).toMatchObject({ unreadCount: 0, firstUnread: null });
  expect(await stateOf('ada', room)).toMatchObject({ unreadCount: 1 });
});

test('in any order of system messages, messages, reads and marks, unread is the number of messages after the marker', async () => {
  const UNREAD = `mutation ($id: ID!, $from: Int!) {
    markRoomUnread(roomId: $id, fromSequence: $from) { errors { __typename } } }`;
  const MARKED = `query ($id: ID!) { room(id: $id) { viewerState { readUpToSequence unreadCount firstUnread { sequence } } } }`;
  const next = randomOf(20_261_127);
  // This is cy, since a thousand rooms are more than a stream of bo's, further below, could replay.
  const random = (below: number) => Math.floor(next() * below);
  for (let history = 0; history < sized({ suite: 12, soak: 1_000 }); history += 1) {
    const id = await chat.createRoom('ada', {
      ...{ kind: 'PRIVATE', name: 'Any', participantIds: [userIdOf('cy')] },
    });
    /** Of each message, whether people said it. */
    const said: boolean[] = [];
    let readUpTo = 0;
    const turns: (() => Promise<unknown>)[] = [
      async () => {
        await chat.send('ada', id, 'one');
        said.push(true);
      },
      async () => {
        await chat.ask(UPDATE, { input: { id, topic: `T${said.length}` } }, 'ada');
        said.push(false);
      },
      async () => {
        await chat.send('cy', id, 'answer');
        said.push(true);
        readUpTo = said.length;
      },
      async () => {
        const upTo = random(said.length + 1);
        await chat.ask(MARK_READ, { roomId: id, upTo }, 'cy');
        readUpTo = Math.max(readUpTo, upTo);
      },
      async () => {
        const from = 1 + random(said.length);
        if (from > said.length) return;
        await chat.ask(UNREAD, { id, from }, 'cy');
        readUpTo = Math.min(readUpTo, from - 1);
      },
    ];
    for (let turn = 0; turn < 10; turn += 1) {
      await turns[random(turns.length)]?.();
      const unread = said.flatMap((isSaid, at) => (isSaid && at >= readUpTo ? [at + 1] : []));
      const [first] = unread;
      expect((await chat.ask(MARKED, { id }, 'cy')).room.viewerState).toEqual({
        readUpToSequence: readUpTo,
        unreadCount: unread.length,
        firstUnread: first === undefined ? null : { sequence: first },
      });
    }
  }
}, 600_000);

test('a marker never goes back: of a hundred at the same time, the furthest stays', async () => {
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Markers' });
  await chat.ask(
    'mutation ($id: ID!) { joinRoom(roomId: $id) { errors { __typename } } }',
    { id: room },
    'bo',
  );
  const sequences: number[] = [];
  for (let count = 0; count < 100; count += 1) {
    sequences.push((await chat.send('ada', room, `${count}`)).sequence);
  }
  const shuffled = [...sequences].sort(() => Math.random() - 0.5);
  await Promise.all(
    shuffled.map((upTo) => insist(() => chat.ask(MARK_READ, { roomId: room, upTo }, 'bo'))),
  );
  expect(await stateOf('bo', room)).toEqual({
    readUpToSequence: 100,
    unreadCount: 0,
    firstUnread: null,
  });
  for (const [upTo, stays] of [
    [4, 100],
    [0, 100],
    [2_147_483_647, 100],
  ]) {
    const { markRoomRead } = await chat.ask(MARK_READ, { roomId: room, upTo }, 'bo');
    expect(markRoomRead.room.viewerState.readUpToSequence).toBe(stays);
  }
});

test("the viewer's own devices always receive their reading and writing, whatever is shared with others", async () => {
  const INBOX = `subscription ($after: EventCursor) { inboxEvents(after: $after, messages: true) { __typename
    ... on RoomStateChanged { cursor room { id viewerState { unreadCount readUpToSequence } } } } }`;
  const HEAD = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Viewer { inboxHead } } }`;
  const SET = `mutation ($input: PresenceInput!) { setPresence(input: $input) { errors { __typename } } }`;
  const room = await chat.openDirect('eve', 'bo');
  const representations = [{ __typename: 'Viewer', id: viewerIdOf(as('bo').userId) }];
  const after = (await chat.ask(HEAD, { representations }, 'bo'))._entities[0].inboxHead;
  for (const input of [
    { sendReadReceipts: false, invisible: false },
    { sendReadReceipts: true, invisible: true },
  ]) {
    await chat.ask(SET, { input }, 'bo');
    await using own = await chat.subscribe(INBOX, {}, as('bo'));
    await using shared = await chat.follow('eve', room);
    const changes = () => own.items.filter(({ data }) => data.inboxEvents.room);
    const upTo = (await chat.send('eve', room, 'one')).sequence;
    await chat.ask(MARK_READ, { roomId: room, upTo }, 'bo');
    await until(() => changes().length === 1);
    expect(changes()[0]?.data.inboxEvents.room).toEqual({
      id: room,
      viewerState: { unreadCount: 0, readUpToSequence: upTo },
    });
    // What was read already is no news; an answer to something unread is.
    await chat.ask(MARK_READ, { roomId: room, upTo }, 'bo');
    await chat.send('bo', room, 'nothing unread');
    await chat.send('eve', room, 'two');
    await chat.send('bo', room, 'answer');
    await until(() => changes().length === 2);
    await until(() => shared.items.length >= 5);
    const received = shared.items.map(({ data }) => data.roomEvents.__typename);
    expect(received).toEqual(['CaughtUp', ...Array.from({ length: 4 }, () => 'MessagePosted')]);
  }
  await using again = await chat.subscribe(INBOX, { after }, as('bo'));
  await again.find(({ data }) => data.inboxEvents.__typename === 'CaughtUp');
  expect(again.items.filter(({ data }) => data.inboxEvents.room)).toHaveLength(4);
  const own = await sql<{ stream: string; payload: { userId: string } }>(
    chat,
    "SELECT stream, payload FROM event_record WHERE type = 'chat.RoomRead'",
  );
  expect(own.every(({ stream, payload }) => stream === `user:${payload.userId}`)).toBe(true);
  await expect(chat.subscribe(INBOX, {})).rejects.toThrow('UNAUTHENTICATED');
});

test('newcomers have read everything before they joined', async () => {
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Late' });
  await chat.send('ada', room, 'before');
  await chat.ask(
    'mutation ($id: ID!) { joinRoom(roomId: $id) { errors { __typename } } }',
    { id: room },
    'cy',
  );
  expect(await stateOf('cy', room)).toMatchObject({ unreadCount: 0 });
});

test('a wrong sequence is bad input, and a foreign room is not found', async () => {
  const room = await chat.openDirect('ada', 'bo');
  const markRead = (roomId: string, upTo: number, who: string) =>
    chat.execute(MARK_READ, { roomId, upTo }, as(who));
  expect(codesOf(await markRead(room, -1, 'ada'))).toEqual(['BAD_USER_INPUT']);
  expect(codesOf(await markRead(room, 0, 'eve'))).toEqual(['ROOM_NOT_FOUND']);
  const open = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Just looking' });
  expect(codesOf(await markRead(open, 0, 'eve'))).toEqual(['ROOM_NOT_JOINED']);
});

test('only unread rooms, when only these are asked for', async () => {
  const [read, unread] = [await chat.openDirect('eve', 'bo'), await chat.openDirect('eve', 'cy')];
  await chat.send('eve', read, 'mine');
  await chat.send('cy', unread, 'for you');
  const QUERY = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Viewer { rooms(filter: { unreadOnly: true, kinds: [DIRECT] }) { totalCount edges { node { id counterpart { id } } } }
      unread { rooms messages }
      unreadRooms: rooms(filter: { unreadOnly: true }, first: 100) { totalCount edges { node {
        viewerState { unreadCount joinedAt } } } } } } }`;
  const representations = [{ __typename: 'Viewer', id: viewerIdOf(as('eve').userId) }];
  const { _entities } = await chat.ask(QUERY, { representations }, 'eve');
  const { unreadRooms, unread: totals } = _entities[0];
  expect(totals).toEqual({
    rooms: unreadRooms.totalCount,
    messages: unreadRooms.edges
      .map(({ node }: UnreadEdge) => node.viewerState.unreadCount)
      .reduce((sum: number, count: number) => sum + count, 0),
  });
  expect(_entities[0].rooms).toEqual({
    totalCount: 1,
    edges: [{ node: { id: unread, counterpart: { id: userIdOf('cy') } } }],
  });
});

interface UnreadEdge {
  node: { viewerState: { unreadCount: number } };
}

interface Page {
  message: { readBy: { pageInfo: { endCursor: string } } };
}

const RECEIPTS = `query ($id: ID!) { message(id: $id) {
  readBy(first: 10) { totalCount edges { node { user { id } deliveredUpToSequence readUpToSequence } } } } }`;
const readersOf = async (id: string, who = 'ada') => {
  const { totalCount, edges } = (await chat.ask(RECEIPTS, { id }, who)).message.readBy;
  expect(edges).toHaveLength(totalCount);
  return edges.map(({ node }: { node: { user: { id: string } } }) => node.user.id);
};

test('the readers of a message are shown: people who were there, share receipts, and are not its author', async () => {
  const people = ['bo', 'cy', 'eve'];
  const room = await chat.createRoom('ada', {
    ...{ kind: 'PRIVATE', name: 'Receipts', participantIds: people.map(userIdOf) },
  });
  const SET =
    'mutation ($input: PresenceInput!) { setPresence(input: $input) { errors { __typename } } }';
  await chat.ask(SET, { input: { sendReadReceipts: false, invisible: false } }, 'eve');
  await chat.ask(SET, { input: { sendReadReceipts: true, invisible: false } }, 'bo');
  const first = await chat.send('ada', room, 'one');
  const second = await chat.send('ada', room, 'two');
  for (const [who, upTo] of [
    ['bo', 2],
    ['cy', 1],
    ['eve', 2],
  ] as const) {
    await chat.ask(MARK_READ, { roomId: room, upTo }, who);
  }
  const both = await readersOf(first.id);
  expect(new Set(both)).toEqual(new Set([userIdOf('bo'), userIdOf('cy')]));
  const PAGE = `query ($id: ID!, $after: String) { message(id: $id) { readBy(first: 1, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { user { id } } } } } }`;
  let after: string | null = null;
  for (const [at, reader] of both.entries()) {
    const { message }: Page = await chat.ask(PAGE, { id: first.id, after }, 'ada');
    const { readBy } = message;
    after = readBy.pageInfo.endCursor;
    expect(readBy).toEqual({
      totalCount: 2,
      pageInfo: { hasNextPage: at === 0, endCursor: after },
      edges: [{ node: { user: { id: reader } } }],
    });
  }
  const { readBy: end } = (await chat.ask(PAGE, { id: first.id, after }, 'ada')).message;
  expect(end).toMatchObject({ totalCount: 2, edges: [] });
  expect(await readersOf(second.id)).toEqual([userIdOf('bo')]);
  await chat.register('late');
  await chat.ask(
    'mutation ($id: ID!, $who: [ID!]!) { addParticipants(roomId: $id, userIds: $who) { errors { __typename } } }',
    { id: room, who: [userIdOf('late')] },
    'ada',
  );
  expect(await readersOf(second.id)).toEqual([userIdOf('bo')]);
  const reply = await chat.send('cy', room, 'in a thread', { threadOfId: first.id });
  expect(await readersOf(reply.id)).toEqual([]);
  // A statement for any number of messages.
  const MANY =
    'query ($id: ID!, $last: Int) { room(id: $id) { messages(last: $last) { edges { node { readBy { totalCount edges { cursor } } } } } } }';
  const cost = async (last: number) =>
    (await chat.statementsOf(() => chat.ask(MANY, { id: room, last }, 'ada'))).length;
  expect(await cost(2)).toBe(await cost(1));
});

test('delivery is shown like reading, for people who share receipts, and never goes back', async () => {
  const room = await chat.openDirect('cy', 'bo');
  const DELIVERED = `mutation ($id: ID!, $upTo: Int!) {
    markRoomDelivered(roomId: $id, upToSequence: $upTo) { errors { __typename ... on UserError { code } } } }`;
  const SEEN = `query ($id: ID!) { room(id: $id) { participants { edges { node {
    user { id } deliveredUpToSequence readUpToSequence } } } } }`;
  const ofBo = async () => {
    const { edges } = (await chat.ask(SEEN, { id: room }, 'cy')).room.participants;
    const { node } = edges.find(
      (edge: { node: { user: { id: string } } }) => edge.node.user.id === userIdOf('bo'),
    );
    return [node.deliveredUpToSequence, node.readUpToSequence];
  };
  for (const text of ['1', '2', '3']) await chat.send('cy', room, text);
  await using stream = await chat.subscribe(
    `subscription ($id: ID!) { roomEvents(roomId: $id) { __typename
      ... on ReadMoved { participant { deliveredUpToSequence readUpToSequence } } } }`,
    { id: room },
    as('cy'),
  );
  await stream.atLeast(1);
  await chat.ask(DELIVERED, { id: room, upTo: 2 }, 'bo');
  expect(await ofBo()).toEqual([2, null]);
  await chat.ask(DELIVERED, { id: room, upTo: 1 }, 'bo');
  await chat.ask(MARK_READ, { roomId: room, upTo: 1 }, 'bo');
  await chat.ask(DELIVERED, { id: room, upTo: 99 }, 'bo');
  expect(await ofBo()).toEqual([3, 1]);
  await stream.atLeast(4);
  expect(stream.items.slice(1).map(({ data }) => data.roomEvents.participant)).toMatchObject([
    { deliveredUpToSequence: 2, readUpToSequence: null },
    { readUpToSequence: 1 },
    { deliveredUpToSequence: 3, readUpToSequence: 1 },
  ]);
  expect(codesOf(await chat.execute(DELIVERED, { id: room, upTo: 1 }, as('eve')))).toEqual([
    'ROOM_NOT_FOUND',
  ]);
  const SET =
    'mutation ($input: PresenceInput!) { setPresence(input: $input) { errors { __typename } } }';
  await chat.ask(SET, { input: { invisible: true } }, 'bo');
  await chat.send('cy', room, '4');
  await chat.ask(DELIVERED, { id: room, upTo: 4 }, 'bo');
  expect(await ofBo()).toEqual([3, 1]);
  await chat.ask(SET, { input: { invisible: false } }, 'bo');
});

test('reading again after marking unread is not announced to others', async () => {
  const id = await chat.createRoom('ada', {
    kind: 'PRIVATE',
    name: 'Again',
    participantIds: [userIdOf('bo')],
  });
  const { sequence } = await chat.send('ada', id, 'Hello');
  const UNREAD = `mutation ($id: ID!, $from: Int!) {
    markRoomUnread(roomId: $id, fromSequence: $from) { errors { __typename } } }`;
  for (let times = 0; times < 3; times += 1) {
    await chat.readAll('bo', id);
    await chat.ask(UNREAD, { id, from: sequence }, 'bo');
  }
  const rows = await sql(
    chat,
    `SELECT count(*)::int FROM event_record WHERE stream = $1 AND type = 'chat.ReadMoved'`,
    [`room:${id}`],
  );
  expect(rows).toEqual([{ count: 1 }]);
});
