import { createConnectionPresence } from '@souk/runtime/backplane';
import { as, sql, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DELETE, EDIT, FORWARD, startChat, type TestChat } from './chat.ts';
import { loggedEventsOf } from './database.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const room = (kind: string, ...names: string[]) =>
  chat.createRoom('ada', { kind, name: 'Parlour', participantIds: names.map(userIdOf) });
const READ = `query ($id: ID!) { message(id: $id) { html mentions {
  ... on UserMention { user { id } start length } ... on RoomMention { scope start length } } } }`;
const read = async (id: string) => (await chat.ask(READ, { id }, 'ada')).message;
const COUNTS = `query ($roomId: ID!, $of: [_Any!]!) {
  room(id: $roomId) { viewerState { unreadCount mentionCount } }
  _entities(representations: $of) { ... on Viewer { unread { mentions } } } }`;
const counts = async (roomId: string, who: string) => {
  const { viewer } = await chat.ask('{ viewer { id } }', {}, who);
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const { room, _entities } = await chat.ask(COUNTS, { roomId, of }, who);
  return { ...room.viewerState, mentions: _entities[0].unread.mentions };
};

test('a message lists its mentions with their positions, and marks them in its HTML', async () => {
  const roomId = await room('PRIVATE', 'bo');
  const text = '(@bo) **hi**, @nobody `@bo` @here';
  const { id } = await chat.send('ada', roomId, text);
  const bo = userIdOf('bo');
  expect(await read(id)).toEqual({
    html:
      `<p>(<span class="mention" data-user-id="${bo}">@bo</span>) <strong>hi</strong>, @nobody ` +
      '<code>@bo</code> <span class="mention" data-scope="HERE">@here</span></p>\n',
    mentions: [
      { user: { id: bo }, start: 1, length: 3 },
      { scope: 'HERE', start: text.indexOf('@here'), length: 5 },
    ],
  });
  await chat.ask(EDIT, { input: { messageId: id, text: 'hi @cy' } }, 'ada');
  expect((await read(id)).mentions).toEqual([
    { user: { id: userIdOf('cy') }, start: 3, length: 3 },
  ]);
  await chat.ask(DELETE, { id }, 'ada');
  expect(await read(id)).toEqual({ html: null, mentions: [] });
});

test('unread mentions are counted once a message, follow the marker, edits and deletions', async () => {
  await using quiet = await startChat();
  const before = chat;
  chat = quiet;
  try {
    const roomId = await room('PRIVATE', 'bo', 'cy');
    const { id } = await chat.send('ada', roomId, '@bo @bo @everyone');
    await chat.send('ada', roomId, 'nothing');
    const { id: edited } = await chat.send('cy', roomId, 'nothing yet');
    await chat.send('bo', await room('PRIVATE', 'bo'), 'elsewhere @bo');
    expect(await counts(roomId, 'bo')).toEqual({ unreadCount: 3, mentionCount: 1, mentions: 1 });
    await chat.ask(EDIT, { input: { messageId: edited, text: 'but @bo' } }, 'cy');
    expect(await counts(roomId, 'bo')).toEqual({ unreadCount: 3, mentionCount: 2, mentions: 2 });
    expect(await counts(roomId, 'cy')).toMatchObject({ mentionCount: 0 });
    await chat.ask(DELETE, { id }, 'ada');
    expect(await counts(roomId, 'bo')).toEqual({ unreadCount: 3, mentionCount: 1, mentions: 1 });
    await chat.readAll('bo', roomId);
    expect(await counts(roomId, 'bo')).toEqual({ unreadCount: 0, mentionCount: 0, mentions: 0 });
  } finally {
    chat = before;
  }
});

test('in a public room moderators can mention everyone; from others it is plain text', async () => {
  const roomId = await room('PUBLIC', 'bo');
  const { id } = await chat.send('bo', roomId, '@everyone look');
  expect(await read(id)).toEqual({ html: '<p>@everyone look</p>\n', mentions: [] });
  const { id: called } = await chat.send('ada', roomId, '@everyone look');
  expect((await read(called)).mentions).toEqual([{ scope: 'EVERYONE', start: 0, length: 9 }]);
});

test('forwarding a message mentions nobody', async () => {
  const { id } = await chat.send('ada', await room('PRIVATE', 'bo'), '@bo');
  const roomId = await chat.openDirect('ada', 'bo');
  const { forwardMessage } = await chat.ask(
    FORWARD,
    { id, roomId, key: '0d1a1c8c-4a39-4b7e-9d94-6f5f0a7f3a11' },
    'ada',
  );
  expect((await read(forwardMessage.message.id)).mentions).toEqual([]);
});

test('the mentions of a page, and the counts of many rooms, are read at once', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    const id = await room('PRIVATE', 'eve');
    ids.push(id);
    for (let said = 0; said <= count; said += 1) await chat.send('ada', id, '@eve look');
  }
  const { viewer } = await chat.ask('{ viewer { id } }', {}, 'eve');
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const PAGE = `query ($of: [_Any!]!, $first: Int) { _entities(representations: $of) { ... on Viewer {
    rooms(first: $first) { edges { node { viewerState { mentionCount }
      messages(last: 5) { edges { node { html mentions { __typename } } } } } } } } } }`;
  const statements = async (first: number) =>
    (await chat.statementsOf(() => chat.execute(PAGE, { of, first }, as('eve')))).length;
  expect(await statements(6)).toBe(await statements(1));
});

const APPEND = `mutation ($input: AppendMessageInput!) {
  appendToMessage(input: $input) { message { id } errors { ... on UserError { code } } } }`;

test('@here mentions people who are connected when it is sent, and nobody who connects later', async () => {
  const roomId = await room('PRIVATE', 'bo', 'cy', 'eve');
  const connections = createConnectionPresence(chat.backplane);
  for (const who of ['ada', 'bo']) await connections.connected(userIdOf(who), `${who}-phone`);
  const bo = userIdOf('bo');
  const lastCall = async () => {
    const { payload } = (await loggedEventsOf(chat, roomId)).at(-1) ?? {};
    return { mentioned: payload?.mentioned, mentionsAll: payload?.mentionsAll };
  };

  const { id } = await chat.send('ada', roomId, '@here, lunch');
  expect(await lastCall()).toEqual({ mentioned: [bo], mentionsAll: null });
  // In a thread who is there is called, and does not come to follow it by that.
  await chat.send('ada', roomId, '@here and @cy', { threadOfId: id });
  const called = await lastCall();
  expect(new Set(called.mentioned)).toEqual(new Set([bo, userIdOf('cy')]));
  const followers = await sql(chat, 'SELECT user_id FROM thread_follower WHERE root_id = $1', [id]);
  expect(followers.map(({ user_id }) => user_id)).not.toContain(bo);
  // What is still being written calls nobody before it is whole.
  const growing = await chat.send('ada', roomId, '@here', { final: false });
  const input = { messageId: growing.id, expectedRevision: 1, text: ', dinner', final: true };
  await chat.ask(APPEND, { input }, 'ada');
  expect(await lastCall()).toEqual({ mentioned: [bo], mentionsAll: null });

  await connections.disconnected(bo, 'bo-phone');
  await chat.send('ada', roomId, '@here and @everyone');
  expect(await lastCall()).toEqual({ mentioned: [], mentionsAll: 'EVERYONE' });
  // The one for all counts, and the one that named cy stands in a thread.
  for (const who of ['bo', 'cy']) expect((await counts(roomId, who)).mentionCount).toBe(1);
});

test('in a room of more than a thousand people @here mentions nobody', async () => {
  const roomId = await room('PRIVATE', 'bo');
  await createConnectionPresence(chat.backplane).connected(userIdOf('bo'), 'tablet');
  const callsIn = async () => {
    await chat.send('ada', roomId, '@here');
    return (await loggedEventsOf(chat, roomId)).at(-1)?.payload.mentioned;
  };
  expect(await callsIn()).toEqual([userIdOf('bo')]);
  await sql(
    chat,
    `INSERT INTO participant (room_id, user_id, joined_at)
     SELECT $1, 'usr_crowd_' || n, now() FROM generate_series(1, 999) n`,
    [roomId],
  );
  expect(await callsIn()).toEqual([]);
});
