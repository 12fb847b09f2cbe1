import { randomUUID } from 'node:crypto';
import { pairId } from '@souk/runtime/domain';
import { as, sql, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, DELETE, eventsOf, REMOVE, SEND, startChat, type TestChat } from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const privateRoom = (...names: string[]) =>
  chat.createRoom('ada', { kind: 'PRIVATE', name: 'Parlour', participantIds: names.map(userIdOf) });
const THREAD = `id replyCount root { id text } participants { id }
  viewerState { id following readUpToSequence unreadCount }`;
const OF_MESSAGE = `query ($id: ID!) { message(id: $id) { thread { ${THREAD} } } }`;
const threadOf = async (id: string, who = 'ada') =>
  (await chat.ask(OF_MESSAGE, { id }, who)).message.thread;
const FOLLOW = `mutation ($id: ID!, $on: Boolean!) { setThreadFollowing(threadId: $id, on: $on) {
  thread { ${THREAD} } errors { __typename ... on UserError { code } } } }`;
const READ = `mutation ($id: ID!, $upTo: Int!) { markThreadRead(threadId: $id, upToSequence: $upTo) {
  thread { ${THREAD} } errors { __typename ... on UserError { code } } } }`;
const LISTS = `query ($roomId: ID!, $of: [_Any!]!, $unreadOnly: Boolean) {
  room(id: $roomId) { lastSequence threads { edges { node { id } } }
    messages { edges { node { sequence text } } } viewerState { unreadCount threadUnreadCount mentionCount } }
  _entities(representations: $of) { ... on Viewer { unread { messages threads }
    threads(unreadOnly: $unreadOnly) { edges { node { id viewerState { unreadCount } } } } } } }`;
const lists = async (roomId: string, who: string, unreadOnly = false) => {
  const { viewer } = await chat.ask('{ viewer { id } }', {}, who);
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const { room, _entities } = await chat.ask(LISTS, { roomId, of, unreadOnly }, who);
  return { room, viewer: _entities[0] };
};

test('replies have a dense sequence of their own, and do not change what is read in the room', async () => {
  const roomId = await privateRoom('bo', 'cy');
  const root = await chat.send('ada', roomId, 'question');
  expect(await threadOf(root.id)).toBeNull();
  for (const who of ['bo', 'cy']) await chat.readAll(who, roomId);
  const replies = [];
  for (const who of ['bo', 'bo', 'ada']) {
    replies.push(await chat.send(who, roomId, `by ${who}`, { threadOfId: root.id }));
  }
  expect(replies.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect((await chat.send('ada', roomId, 'in the room')).sequence).toBe(2);
  expect(await threadOf(root.id, 'bo')).toMatchObject({
    replyCount: 3,
    root: { id: root.id },
    participants: [{ id: userIdOf('ada') }, { id: userIdOf('bo') }],
    viewerState: { following: true, readUpToSequence: 2, unreadCount: 1 },
  });
  // Cy neither wrote nor was named.
  const ofCy = await lists(roomId, 'cy');
  expect(ofCy.room).toMatchObject({
    lastSequence: 2,
    viewerState: { unreadCount: 1, threadUnreadCount: 0 },
    messages: { edges: [{ node: { text: 'question' } }, { node: { text: 'in the room' } }] },
  });
  expect(ofCy.viewer.threads.edges).toEqual([]);
  await chat.send('ada', roomId, 'what does @cy say?', { threadOfId: root.id });
  const called = await lists(roomId, 'cy');
  expect(called.viewer).toMatchObject({
    unread: { threads: 1 },
    threads: { edges: [{ node: { viewerState: { unreadCount: 4 } } }] },
  });
  expect(called.room.viewerState).toMatchObject({ threadUnreadCount: 1, mentionCount: 0 });
  // Who reads the room has not read the thread.
  await chat.readAll('cy', roomId);
  expect((await lists(roomId, 'cy')).viewer.unread).toMatchObject({ messages: 0, threads: 1 });
});

test('a thread is read by its own marker, which never goes back, and all own devices hear of it', async () => {
  const roomId = await privateRoom('bo');
  const root = await chat.send('bo', roomId, 'question');
  for (let count = 0; count < 3; count += 1) {
    await chat.send('ada', roomId, `${count}`, { threadOfId: root.id });
  }
  const { id } = await threadOf(root.id);
  await using inbox = await chat.subscribe(
    'subscription { inboxEvents { __typename ... on RoomStateChanged { room { viewerState { threadUnreadCount } } } } }',
    {},
    as('bo'),
  );
  await inbox.atLeast(1);
  const read = async (upTo: number) =>
    (await chat.ask(READ, { id, upTo }, 'bo')).markThreadRead.thread.viewerState;
  expect(await read(2)).toMatchObject({ readUpToSequence: 2, unreadCount: 1 });
  expect(await read(1)).toMatchObject({ readUpToSequence: 2 });
  expect(await read(100)).toMatchObject({ readUpToSequence: 3, unreadCount: 0 });
  const unread = JSON.stringify((await lists(roomId, 'bo', true)).viewer.threads);
  expect(unread).not.toContain(id);
  await inbox.atLeast(3);
  expect(inbox.items.at(-1)?.data.inboxEvents.room.viewerState).toEqual({ threadUnreadCount: 0 });
  const unfollowed = await chat.ask(FOLLOW, { id, on: false }, 'bo');
  expect(unfollowed.setThreadFollowing.thread.viewerState.following).toBe(false);
  await chat.send('ada', roomId, 'but @bo', { threadOfId: root.id });
  expect(JSON.stringify((await lists(roomId, 'bo')).viewer.threads)).not.toContain(id);
  await chat.send('bo', roomId, 'well', { threadOfId: root.id });
  expect((await threadOf(root.id, 'bo')).viewerState).toMatchObject({
    following: true,
    unreadCount: 0,
  });
});

test("replying in a thread marks it as read, which only the author's devices learn, once", async () => {
  const roomId = await privateRoom('bo', 'cy');
  const root = await chat.send('bo', roomId, 'question');
  const reply = (who: string, text: string) =>
    chat.send(who, roomId, text, { threadOfId: root.id });
  const told = async () => {
    const OF = `SELECT stream, count(*)::int AS times FROM event_record
      WHERE type = 'chat.ThreadRead' AND payload->>'roomId' = $1 GROUP BY stream ORDER BY stream`;
    return sql(chat, OF, [roomId]);
  };
  const once = (...names: string[]) =>
    names.map((name) => ({ stream: `user:${userIdOf(name)}`, times: 1 }));
  await reply('ada', 'one');
  await reply('ada', 'two');
  expect(await told()).toEqual([]);
  await reply('bo', 'thank you');
  expect(await told()).toEqual(once('bo'));
  // There was nothing more that bo had not read.
  await reply('bo', 'really');
  expect(await told()).toEqual(once('bo'));
  // Who never followed it may have been called.
  await reply('cy', 'me too');
  expect(await told()).toEqual(once(...['bo', 'cy'].sort(byUserId)));
});

const byUserId = (one: string, other: string) => (userIdOf(one) < userIdOf(other) ? -1 : 1);

test('a reply names the followers of its thread who are still in the room', async () => {
  const roomId = await privateRoom('bo', 'cy', 'eve');
  const root = await chat.send('bo', roomId, 'question');
  const followers = async (who: string, text: string) => {
    const { id } = await chat.send(who, roomId, text, { threadOfId: root.id });
    const OF = `SELECT payload->'followerIds' AS ids FROM event_record
      WHERE type = 'chat.ThreadReplied' AND payload->>'messageId' = $1`;
    return new Set((await sql<{ ids: string[] }>(chat, OF, [id]))[0]?.ids);
  };
  const people = (...names: string[]) => new Set(names.map(userIdOf));
  expect(await followers('ada', 'ask @eve')).toEqual(people('bo', 'eve'));
  expect(await followers('cy', 'I know')).toEqual(people('ada', 'bo', 'eve'));
  const { id } = await threadOf(root.id);
  await chat.ask(FOLLOW, { id, on: false }, 'ada');
  await chat.ask(REMOVE, { roomId, userId: userIdOf('eve') }, 'ada');
  expect(await followers('bo', 'do you?')).toEqual(people('cy'));
});

test('rooms and inboxes count replies apart from messages', async () => {
  const roomId = await privateRoom('bo');
  const after = await chat.head('bo', roomId);
  const root = await chat.send('ada', roomId, 'question');
  const reply = await chat.send('ada', roomId, 'answer', { threadOfId: root.id });
  await chat.ask(DELETE, { id: reply.id }, 'ada');
  await using stream = await chat.subscribe(
    `subscription ($roomId: ID!, $after: EventCursor) { roomEvents(roomId: $roomId, after: $after) {
      __typename ... on ThreadUpdated { thread { id replyCount } message { id text } }
      ... on MessageDeleted { message { id thread { id } } } } }`,
    { roomId, after },
    as('bo'),
  );
  await stream.atLeast(4);
  const { id } = await threadOf(root.id);
  expect(eventsOf(stream.items)).toMatchObject([
    { __typename: 'MessagePosted' },
    { __typename: 'ThreadUpdated', thread: { id, replyCount: 1 }, message: { text: null } },
    { __typename: 'MessageDeleted', message: { id: reply.id, thread: { id } } },
    { __typename: 'CaughtUp' },
  ]);
});

test('the history of a thread is read as that of a room', async () => {
  const roomId = await privateRoom('bo');
  const root = await chat.send('bo', roomId, 'question');
  const ids: string[] = [];
  for (let count = 1; count <= 7; count += 1) {
    ids.push((await chat.send('ada', roomId, `${count}`, { threadOfId: root.id })).id);
  }
  const { id } = await threadOf(root.id);
  const PAGE = `query ($id: ID!, $first: Int, $after: String, $around: MessageAnchor) { thread(id: $id) {
    messages(first: $first, after: $after, around: $around) {
      edges { cursor node { sequence } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
  const page = async (variables: object, who = 'bo') => {
    const { messages } = (await chat.ask(PAGE, { id, ...variables }, who)).thread;
    const sequences = messages.edges.map(
      ({ node }: { node: { sequence: number } }) => node.sequence,
    );
    return { sequences, ...messages.pageInfo };
  };
  const first = await page({ first: 3 });
  expect(first).toMatchObject({ sequences: [1, 2, 3], hasNextPage: true });
  expect(await page({ first: 3, after: first.endCursor })).toMatchObject({ sequences: [4, 5, 6] });
  expect((await page({ first: 3, around: { messageId: ids[3] } })).sequences).toEqual([3, 4, 5]);
  expect((await page({ first: 1, around: { firstUnread: true } })).sequences).toEqual([1]);
  expect((await page({ first: 1, around: { at: new Date(0).toISOString() } })).sequences).toEqual([
    1,
  ]);
  const foreign = await chat.execute(PAGE, { id, around: { messageId: root.id } }, as('bo'));
  expect(codesOf(foreign)).toEqual(['MESSAGE_NOT_FOUND']);
});

test('threads have no threads, and a reply can only answer a message of its own thread', async () => {
  const roomId = await privateRoom('bo');
  const root = await chat.send('bo', roomId, 'question');
  const reply = await chat.send('bo', roomId, 'answer', { threadOfId: root.id });
  const other = await chat.send('bo', roomId, 'other');
  const send = async (more: object) => {
    const input = { roomId, clientMessageId: randomUUID(), text: 'hi', ...more };
    return codesOf(await chat.execute(SEND, { input }, as('ada')));
  };
  expect(await send({ threadOfId: reply.id })).toEqual(['BAD_USER_INPUT']);
  expect(await send({ replyToId: reply.id })).toEqual(['MESSAGE_NOT_FOUND']);
  expect(await send({ threadOfId: root.id, replyToId: other.id })).toEqual(['MESSAGE_NOT_FOUND']);
  expect(await send({ threadOfId: root.id, replyToId: reply.id })).toEqual([]);
  expect(await send({ threadOfId: root.id, replyToId: root.id })).toEqual([]);
});

test('fifty replies at once are 1 to 50, also where the first begins the thread', async () => {
  const roomId = await privateRoom();
  const root = await chat.send('ada', roomId, 'question');
  const sent = await Promise.all(
    Array.from({ length: 50 }, () => chat.send('ada', roomId, 'hi', { threadOfId: root.id })),
  );
  const sequences = sent.map(({ sequence }) => sequence).sort((a, b) => a - b);
  expect(sequences).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  const rows = await sql<{ sequence: number; sent_at: Date }>(
    chat,
    'SELECT sequence, sent_at FROM message WHERE thread_root_id = $1 ORDER BY sequence',
    [root.id],
  );
  const times = rows.map(({ sent_at }) => sent_at.getTime());
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a thread is as visible as its room, and each viewer has their own position in it', async () => {
  const roomId = await privateRoom('bo');
  const root = await chat.send('bo', roomId, 'question');
  await chat.send('ada', roomId, 'answer', { threadOfId: root.id });
  const { id } = await threadOf(root.id);
  const FIND = `query ($id: ID!, $of: [_Any!]!) { thread(id: $id) { id }
    _entities(representations: $of) { ... on Thread { id } ... on ThreadViewerState { id unreadCount } } }`;
  const state = pairId('tvs', root.id, userIdOf('bo'));
  const of = [
    { __typename: 'Thread', id },
    { __typename: 'ThreadViewerState', id: state },
  ];
  expect(await chat.ask(FIND, { id, of }, 'bo')).toEqual({
    thread: { id },
    _entities: [{ id }, { id: state, unreadCount: 1 }],
  });
  expect((await chat.ask(FIND, { id, of }, 'ada'))._entities).toEqual([{ id }, null]);
  expect(await chat.ask(FIND, { id, of }, 'eve')).toEqual({
    thread: null,
    _entities: [null, null],
  });
  for (const [query, variables] of [
    [FOLLOW, { id, on: true }],
    [READ, { id, upTo: 1 }],
  ] as const) {
    expect(codesOf(await chat.execute(query, variables, as('eve')))).toEqual(['THREAD_NOT_FOUND']);
  }
  await chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
  expect(await chat.ask(FIND, { id, of }, 'bo')).toEqual({ thread: null, _entities: [null, null] });
});

test('typing in a thread is shown there, and not in the room', async () => {
  const roomId = await privateRoom('bo');
  const root = await chat.send('bo', roomId, 'question');
  await chat.send('ada', roomId, 'answer', { threadOfId: root.id });
  const { id } = await threadOf(root.id);
  const TYPING = `subscription ($roomId: ID!) { typing(roomId: $roomId) { threadId users { id } } }`;
  const SET = `mutation ($roomId: ID!, $threadId: ID, $on: Boolean!) {
    setTyping(roomId: $roomId, threadId: $threadId, on: $on) { errors { __typename ... on UserError { code } } } }`;
  await using stream = await chat.subscribe(TYPING, { roomId }, as('bo'));
  await chat.ask(SET, { roomId, threadId: id, on: true }, 'ada');
  await stream.atLeast(1);
  await chat.ask(SET, { roomId, threadId: null, on: true }, 'ada');
  await stream.atLeast(2);
  await chat.ask(SET, { roomId, threadId: id, on: false }, 'ada');
  await stream.atLeast(3);
  const users = [{ id: userIdOf('ada') }];
  expect(stream.items.map(({ data }) => data.typing)).toEqual([
    { threadId: id, users },
    { threadId: null, users },
    { threadId: id, users: [] },
  ]);
  const elsewhere = await privateRoom();
  const wrong = await chat.execute(SET, { roomId: elsewhere, threadId: id, on: true }, as('ada'));
  expect(codesOf(wrong)).toEqual(['THREAD_NOT_FOUND']);
});

test('of all threads that somebody follows, the thousand with the newest replies are read', async () => {
  await chat.register('gil');
  const roomId = await privateRoom('gil');
  const id = (n: string) => `'msg_01kzzzzzzze00' || lpad(${n}::text, 13, '0')`;
  await sql(
    chat,
    `INSERT INTO message (id, room_id, sequence, event_sequence, author_id, text, sent_at)
     SELECT ${id('n')}, $1, n, n, $2, 'question', now() FROM generate_series(1, 1200) n`,
    [roomId, userIdOf('ada')],
  );
  await sql(
    chat,
    `INSERT INTO thread (root_id, room_id, last_sequence, last_reply_at)
     SELECT ${id('n')}, $1, 1, now() - n * interval '1 s' FROM generate_series(1, 1200) n`,
    [roomId],
  );
  await sql(
    chat,
    `INSERT INTO thread_follower (root_id, user_id, following, read_sequence, last_reply_at)
     SELECT ${id('n')}, $1, true, 0, now() - n * interval '1 s' FROM generate_series(1, 1200) n`,
    [userIdOf('gil')],
  );
  const { room, viewer } = await lists(roomId, 'gil');
  expect(room.viewerState.threadUnreadCount).toBe(1_000);
  expect(viewer.unread.threads).toBe(1_000);
  // The one with the newest reply is among them, however old it is; a reply brings one back that was not.
  expect(viewer.threads.edges[0].node.id).toBe('thr_01kzzzzzzze000000000000001');
  await chat.send('ada', roomId, 'still here?', { threadOfId: 'msg_01kzzzzzzze000000000001200' });
  const [first] = (await lists(roomId, 'gil')).viewer.threads.edges;
  expect(first.node.id).toBe('thr_01kzzzzzzze000000000001200');
  // The next replies write no row of who follows, and the order is that of the threads all the same.
  const rows = () =>
    sql(chat, 'SELECT root_id, xmin FROM thread_follower WHERE user_id = $1 ORDER BY root_id', [
      userIdOf('gil'),
    ]);
  await chat.send('ada', roomId, 'and here?', { threadOfId: 'msg_01kzzzzzzze000000000001199' });
  const before = await rows();
  await chat.send('ada', roomId, 'yes', { threadOfId: 'msg_01kzzzzzzze000000000001200' });
  expect(await rows()).toEqual(before);
  const [newest] = (await lists(roomId, 'gil')).viewer.threads.edges;
  expect(newest.node.id).toBe('thr_01kzzzzzzze000000000001200');
});
