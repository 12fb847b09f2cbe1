import { as, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, startChat, type TestChat } from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const room = (...names: string[]) =>
  chat.createRoom('ada', { kind: 'PRIVATE', name: 'Parlour', participantIds: names.map(userIdOf) });
const STATE = `unreadCount mentionCount readUpToSequence notify mutedUntil starred
  draft { text version replyTo { id } }`;
const ERRORS = 'errors { __typename ... on UserError { code path } }';
const state = async (id: string, who = 'bo') =>
  (await chat.ask(`query ($id: ID!) { room(id: $id) { viewerState { ${STATE} } } }`, { id }, who))
    .room.viewerState;
const UNREAD = `mutation ($roomId: ID!, $from: Int!) {
  markRoomUnread(roomId: $roomId, fromSequence: $from) { room { viewerState { ${STATE} } } ${ERRORS} } }`;
const PREFER = `mutation ($input: RoomPreferencesInput!) {
  setRoomPreferences(input: $input) { room { viewerState { ${STATE} } } ${ERRORS} } }`;
const DRAFT = `mutation ($input: DraftInput!) {
  setDraft(input: $input) { room { viewerState { ${STATE} } } ${ERRORS} } }`;
const READ_ALL = `mutation { markAllRoomsRead { viewer { unread { rooms messages mentions } } ${ERRORS} } }`;

test('a room is marked unread from a message on, on all devices, and others do not see it', async () => {
  const roomId = await room('bo');
  for (const text of ['one', '@bo two', 'three']) await chat.send('ada', roomId, text);
  await chat.readAll('bo', roomId);
  await using inbox = await chat.subscribe(
    `subscription { inboxEvents { __typename ... on RoomStateChanged { room { viewerState { unreadCount } } } } }`,
    {},
    as('bo'),
  );
  await inbox.atLeast(1);
  const head = await chat.head('ada', roomId);
  const PARTICIPANTS = `query ($id: ID!) { room(id: $id) {
    participants { edges { node { user { id } readUpToSequence lastReadAt } } } } }`;
  const shown = await chat.ask(PARTICIPANTS, { id: roomId }, 'ada');
  const { markRoomUnread } = await chat.ask(UNREAD, { roomId, from: 2 }, 'bo');
  expect(markRoomUnread.room.viewerState).toMatchObject({
    ...{ unreadCount: 2, mentionCount: 1, readUpToSequence: 1 },
  });
  await inbox.atLeast(2);
  expect(inbox.items[1]?.data.inboxEvents.room.viewerState).toEqual({ unreadCount: 2 });
  expect(await chat.head('ada', roomId)).toBe(head);
  expect(await chat.ask(PARTICIPANTS, { id: roomId }, 'ada')).toEqual(shown);
  // Further back is unread already, and beyond the newest is nothing.
  expect(
    (await chat.ask(UNREAD, { roomId, from: 3 }, 'bo')).markRoomUnread.room.viewerState,
  ).toMatchObject({ unreadCount: 2 });
  expect(codesOf(await chat.execute(UNREAD, { roomId, from: 4 }, as('bo')))).toEqual([
    'MESSAGE_NOT_FOUND',
  ]);
});

test('all rooms are read at once, and others do not learn that anything was looked at', async () => {
  const ids = [await room('cy'), await room('cy'), await room('cy')];
  for (const id of ids) await chat.send('ada', id, '@cy');
  const heads = await Promise.all(ids.map((id) => chat.head('ada', id)));
  const answer = await chat.execute(READ_ALL, {}, as('cy'));
  expect(answer.data.markAllRoomsRead).toEqual({
    viewer: { unread: { rooms: 0, messages: 0, mentions: 0 } },
    errors: [],
  });
  for (const id of ids) expect(await state(id, 'cy')).toMatchObject({ unreadCount: 0 });
  expect(await Promise.all(ids.map((id) => chat.head('ada', id)))).toEqual(heads);
});

test('room preferences belong to one viewer, and fields that are left out stay', async () => {
  const roomId = await room('bo');
  expect(await state(roomId)).toMatchObject({
    notify: 'DEFAULT',
    mutedUntil: null,
    starred: false,
  });
  const mutedUntil = '2100-01-01T00:00:00.000Z';
  await chat.ask(PREFER, { input: { roomId, notify: 'MENTIONS', mutedUntil } }, 'bo');
  await chat.ask(PREFER, { input: { roomId, starred: true } }, 'bo');
  expect(await state(roomId)).toMatchObject({ notify: 'MENTIONS', mutedUntil, starred: true });
  await chat.ask(PREFER, { input: { roomId, mutedUntil: null } }, 'bo');
  expect(await state(roomId)).toMatchObject({ notify: 'MENTIONS', mutedUntil: null });
  expect(await state(roomId, 'ada')).toMatchObject({ notify: 'DEFAULT', starred: false });
  const { viewer } = await chat.ask('{ viewer { id } }', {}, 'bo');
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const STARRED = `query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Viewer { rooms(filter: { starredOnly: true }) { edges { node { id } } } } } }`;
  const { _entities } = await chat.ask(STARRED, { of }, 'bo');
  expect(_entities[0].rooms.edges).toEqual([{ node: { id: roomId } }]);
});

test('of two devices that write on one draft one learns that the other did', async () => {
  const roomId = await room('bo');
  const { id: replyToId } = await chat.send('ada', roomId, 'well?');
  expect((await state(roomId)).draft).toBeNull();
  const save = (input: object) =>
    chat.execute(DRAFT, { input: { roomId, ...input } } as never, as('bo'));
  await save({ text: 'I', replyToId, expectedVersion: 0 });
  expect((await state(roomId)).draft).toEqual({
    text: 'I',
    version: 1,
    replyTo: { id: replyToId },
  });
  const { data } = await save({ text: 'Me', expectedVersion: 0 });
  expect(data.setDraft).toMatchObject({
    room: { viewerState: { draft: { text: 'I', version: 1 } } },
    errors: [{ __typename: 'VersionConflictError' }],
  });
  await using inbox = await chat.subscribe(
    'subscription { inboxEvents { __typename ... on RoomStateChanged { room { viewerState { draft { text } } } } } }',
    {},
    as('bo'),
  );
  await inbox.atLeast(1);
  await save({ text: '', expectedVersion: 1 });
  await until(() => JSON.stringify(inbox.items.at(-1)).includes('"text":""'));
  expect((await state(roomId)).draft).toMatchObject({ text: '', version: 2, replyTo: null });
  expect(JSON.stringify(await state(roomId, 'ada'))).toContain('"draft":null');
});

test('repeating a preference or a block announces nothing', async () => {
  const roomId = await room('bo');
  const recorded = async () =>
    (
      await sql<{ type: string }>(chat, 'SELECT type FROM event_record WHERE stream = $1', [
        `user:${userIdOf('bo')}`,
      ])
    ).filter(({ type }) => ['chat.RoomPreferencesChanged', 'chat.BlockChanged'].includes(type));
  const BLOCK = `mutation ($id: ID!, $on: Boolean!) { setBlocked(userId: $id, on: $on) { ${ERRORS} } }`;
  const mutedUntil = new Date(Date.now() + 60_000).toISOString();
  const before = (await recorded()).length;
  const changes: (() => Promise<unknown>)[] = [
    () => chat.ask(PREFER, { input: { roomId, starred: true } }, 'bo'),
    () => chat.ask(PREFER, { input: { roomId, notify: 'NONE' } }, 'bo'),
    () => chat.ask(PREFER, { input: { roomId, mutedUntil } }, 'bo'),
    () => chat.ask(PREFER, { input: { roomId, mutedUntil: null, starred: false } }, 'bo'),
    () => chat.ask(BLOCK, { id: userIdOf('cy'), on: true }, 'bo'),
    () => chat.ask(BLOCK, { id: userIdOf('cy'), on: false }, 'bo'),
  ];
  for (const [index, change] of changes.entries()) {
    await change();
    for (const again of [change, change]) await again();
    expect((await recorded()).length - before).toBe(index + 1);
  }
  await chat.ask(PREFER, { input: { roomId } }, 'bo');
  expect((await recorded()).length - before).toBe(changes.length);
  expect(await state(roomId)).toMatchObject({ notify: 'NONE', mutedUntil: null, starred: false });
});
