import { randomUUID } from 'node:crypto';
import { firstIdAt, newId } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { as, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { deleteOldMessages } from '../src/use-cases/delete-old-messages.ts';
import {
  ARCHIVE,
  BAN,
  codesOf,
  EDIT,
  eventsOf,
  failuresOf,
  JOIN,
  PIN,
  REACT,
  SEND,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

let now = new Date();
const pass = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ clock: () => now });
});
afterAll(() => chat[Symbol.asyncDispose]());

const room = async (kind: string, ...names: string[]) =>
  chat.createRoom('ada', { kind, name: 'Parlour', participantIds: names.map(userIdOf) });
const send = (who: string, roomId: string, more: object = {}) =>
  chat.execute(
    SEND,
    { input: { roomId, clientMessageId: randomUUID(), text: 'hi', ...more } },
    as(who),
  );
const update = (who: string, input: object) => chat.execute(UPDATE, { input } as never, as(who));

test('the owner of a room can change it; subscribers receive the change, and search finds the new name', async () => {
  const id = await room('PUBLIC', 'bo');
  await using stream = await chat.subscribe(
    `subscription ($id: ID!) { roomEvents(roomId: $id) {
      __typename ... on RoomUpdated { changed room { name topic version } } } }`,
    { id },
    as('bo'),
  );
  await stream.atLeast(1);
  const { data } = await update('ada', { id, name: 'Zwiebelturm', topic: 'Onions' });
  expect(data.updateRoom).toMatchObject({ room: { name: 'Zwiebelturm', version: 2 }, errors: [] });
  await stream.atLeast(3);
  expect(eventsOf(stream.items).at(-1)).toEqual({
    __typename: 'RoomUpdated',
    changed: ['name', 'topic'],
    room: { name: 'Zwiebelturm', topic: 'Onions', version: 2 },
  });
  const FOUND = '{ publicRooms(query: "zwiebelturm") { edges { node { id } } } }';
  expect((await chat.ask(FOUND, {}, null)).publicRooms.edges).toEqual([{ node: { id } }]);
  // What is so already is no change.
  expect((await update('ada', { id, name: 'Zwiebelturm' })).data.updateRoom.room.version).toBe(2);
  expect(codesOf(await update('bo', { id, name: 'Mine' }))).toEqual(['ROOM_NOT_EDITABLE']);
});

test('of two changes of one version one is made; the other is shown it', async () => {
  const id = await room('PRIVATE');
  const answers = await Promise.all(
    ['one', 'two', 'three'].map((topic) => update('ada', { id, topic, expectedVersion: 1 })),
  );
  const payloads = answers.map(({ data }) => data.updateRoom);
  const made = payloads.filter(({ errors }) => errors.length === 0);
  expect(made).toHaveLength(1);
  for (const { room: shown, errors } of payloads.filter((payload) => payload !== made[0])) {
    expect(errors).toMatchObject([{ __typename: 'VersionConflictError' }]);
    expect(shown).toMatchObject({ topic: made[0].room.topic, version: 2 });
  }
});

test('in slow mode messages of one person follow each other slowly, in the room and its threads', async () => {
  const id = await room('PUBLIC', 'bo', 'cy');
  await update('ada', { id, slowModeSeconds: 30 });
  const first = await chat.send('bo', id, 'one');
  const NEXT = 'query ($id: ID!) { room(id: $id) { viewerState { nextPostAt } } }';
  const next = async (who: string) =>
    (await chat.ask(NEXT, { id }, who)).room.viewerState.nextPostAt;
  const SLOW = SEND.replace(
    '... on UserError',
    '... on SlowModeError { retryAt } ... on UserError',
  );
  const input = { roomId: id, clientMessageId: randomUUID(), text: 'two' };
  const [failure] = failuresOf(await chat.execute(SLOW, { input }, as('bo')));
  expect(failure).toMatchObject({ __typename: 'SlowModeError', code: 'ROOM_SLOW_MODE' });
  expect(await next('bo')).toBe((failure as { retryAt?: string }).retryAt);
  expect(codesOf(await send('bo', id, { threadOfId: first.id }))).toEqual(['ROOM_SLOW_MODE']);
  // Others have their own time, and who keeps order none.
  for (const who of ['cy', 'ada', 'ada']) expect(codesOf(await send(who, id))).toEqual([]);
  pass(31_000);
  expect(await next('bo')).toBeNull();
  const both = await Promise.all([send('bo', id), send('bo', id, { threadOfId: first.id })]);
  expect(both.flatMap(codesOf)).toEqual(['ROOM_SLOW_MODE']);
});

test('moderators can write in a read-only room; nobody can in an archived one', async () => {
  const id = await room('PUBLIC', 'bo');
  const { id: rootId } = await chat.send('bo', id, 'before');
  const { id: own } = await chat.send('bo', id, 'of bo');
  const edit = () => chat.execute(EDIT, { input: { messageId: own, text: 'else' } }, as('bo'));
  await update('ada', { id, readOnly: true });
  expect(codesOf(await send('bo', id))).toEqual(['ROOM_READ_ONLY']);
  expect(codesOf(await edit())).toEqual(['ROOM_READ_ONLY']);
  expect(codesOf(await send('bo', id, { threadOfId: rootId }))).toEqual(['ROOM_READ_ONLY']);
  expect(codesOf(await send('ada', id))).toEqual([]);
  await chat.ask(ARCHIVE, { id }, 'ada');
  for (const who of ['ada', 'bo']) expect(codesOf(await send(who, id))).toEqual(['ROOM_ARCHIVED']);
  const REST = [
    edit(),
    chat.execute(REACT, { id: own, emoji: '👍', on: true }, as('bo')),
    chat.execute(PIN, { id: own, on: true }, as('ada')),
    chat.execute(JOIN, { id }, as('cy')),
  ];
  expect((await Promise.all(REST)).flatMap(codesOf)).toEqual(REST.map(() => 'ROOM_ARCHIVED'));
  // Closing it again changes nothing.
  const head = await chat.head('ada', id);
  await chat.ask(ARCHIVE, { id }, 'ada');
  expect(await chat.head('ada', id)).toBe(head);
  expect(codesOf(await update('ada', { id, name: 'Again' }))).toEqual(['ROOM_ARCHIVED']);
  const CAN =
    'query ($id: ID!) { room(id: $id) { viewerCan messages { edges { node { text } } } } }';
  const { room: read } = await chat.ask(CAN, { id }, 'bo');
  expect(read.viewerCan).toEqual(['READ', 'LEAVE']);
  expect(
    read.messages.edges.filter((edge: { node: { text: string } }) => edge.node.text),
  ).toHaveLength(3);
});

test('a message and the closing of its room never cross', async () => {
  for (let round = 0; round < 10; round += 1) {
    const id = await room('PUBLIC', 'bo');
    await Promise.all([
      send('bo', id),
      send('bo', id),
      chat.ask(ARCHIVE, { id }, 'ada'),
      send('bo', id),
    ]);
    const rows = await sql<{ type: string }>(
      chat,
      'SELECT type FROM event_record WHERE stream = $1 ORDER BY sequence',
      [`room:${id}`],
    );
    expect(rows.at(-1)?.type).toBe('chat.RoomUpdated');
  }
});

test('a ban has a reason and an end, when the banned user comes back by themselves', async () => {
  const id = await room('PUBLIC', 'bo');
  const until = new Date(now.getTime() + 60_000).toISOString();
  const variables = { roomId: id, userId: userIdOf('bo'), reason: 'Noise', until };
  const { banFromRoom } = await chat.ask(BAN, variables, 'ada');
  expect(banFromRoom.ban).toMatchObject({ reason: 'Noise', until, user: { id: userIdOf('bo') } });
  expect(codesOf(await chat.execute(JOIN, { id }, as('bo')))).toEqual(['ROOM_BANNED']);
  const past = { ...variables, until: new Date(now.getTime() - 1).toISOString() };
  expect(failuresOf(await chat.execute(BAN, past, as('ada')))).toMatchObject([{ path: ['until'] }]);
  pass(61_000);
  const BANS = 'query ($id: ID!) { room(id: $id) { bans { edges { node { id } } } } }';
  expect((await chat.ask(BANS, { id }, 'ada')).room.bans.edges).toEqual([]);
  expect(codesOf(await chat.execute(JOIN, { id }, as('bo')))).toEqual([]);
  // Once more, for good: the ban of before is the same one with another end.
  await chat.ask(BAN, { roomId: id, userId: userIdOf('bo') }, 'ada');
  pass(365 * 24 * 3_600_000);
  expect(codesOf(await chat.execute(JOIN, { id }, as('bo')))).toEqual(['ROOM_BANNED']);
});

/** Deletes what is too old once, as the worker does now and then. */
async function deletedAsOld(): Promise<number> {
  const client = createClient(chat.databaseUrl);
  const transaction = createTransactor({
    begin: (work) => client.$transaction(work),
    storesOn,
    onCommitted: () => {},
  });
  try {
    return await deleteOldMessages({ transaction, reads: storesOn(client), clock: () => now });
  } finally {
    await client.$disconnect();
  }
}

test('all expired messages of a room are deleted, however many, without delaying other rooms', async () => {
  const [full, other] = [await room('PRIVATE', 'bo'), await room('PRIVATE', 'bo')];
  const LONG_AGO = `INSERT INTO message (id, room_id, sequence, event_sequence, text, sent_at)
    SELECT id, $1, place, place, 'old', $3::timestamptz
    FROM unnest($2::text[]) WITH ORDINALITY AS given (id, place)`;
  for (const [id, count] of [
    [full, 900],
    [other, 3],
  ] as const) {
    await update('ada', { id, retentionDays: 1 });
    const ids = Array.from({ length: count }, () => newId('msg'));
    await sql(chat, 'DELETE FROM message WHERE room_id = $1', [id]);
    await sql(chat, LONG_AGO, [id, ids, new Date(now.getTime() - 2 * 24 * 3_600_000)]);
  }
  await deletedAsOld();
  // Should the worker of this test do it at the same moment, some of it is its.
  const LEFT = 'SELECT 1 FROM message WHERE room_id = ANY ($1) AND text IS NOT NULL LIMIT 1';
  await until(async () => (await sql(chat, LEFT, [[full, other]])).length === 0);
});

test("messages older than the room's retention are deleted and announced; the rest stays", async () => {
  const id = await room('PRIVATE', 'bo');
  const other = await room('PRIVATE', 'bo');
  const old = await chat.send('ada', id, 'old');
  await chat.send('ada', id, 'old reply', { threadOfId: old.id });
  await chat.send('ada', other, 'kept for ever');
  await update('ada', { id, retentionDays: 2 });
  pass(2 * 24 * 3_600_000 + 1_000);
  await chat.send('ada', id, 'new');
  const after = await chat.head('bo', id);
  // What was said, and what the room told of itself.
  expect(await deletedAsOld()).toBe(3);
  expect(await deletedAsOld()).toBe(0);
  const texts = await sql<{ text: string | null }>(
    chat,
    'SELECT text FROM message WHERE room_id = ANY($1) ORDER BY event_sequence, sent_at',
    [[id, other]],
  );
  expect(new Set(texts.map(({ text }) => text))).toEqual(new Set([null, 'new', 'kept for ever']));
  await using stream = await chat.follow('bo', id, after);
  await stream.atLeast(4);
  const KEPT = `SELECT s.by_id, s.people_ids, s.changed, s.number FROM system_message s WHERE s.room_id = $1`;
  const nothing = { by_id: null, people_ids: [], changed: [], number: 1 };
  expect(await sql(chat, KEPT, [id])).toEqual([nothing]);
  expect(eventsOf(stream.items)).toMatchObject([
    { __typename: 'MessageDeleted', message: { id: old.id, text: null }, deletedBy: null },
    { __typename: 'MessageDeleted' },
    { __typename: 'MessageDeleted' },
    { __typename: 'CaughtUp' },
  ]);
});

test('a room’s picture is an AVATAR upload of one’s own, and gone once its file was deleted', async () => {
  const id = await room('PRIVATE', 'bo');
  const AVATAR = 'query ($id: ID!) { room(id: $id) { avatar { id } } }';
  const shown = async () => (await chat.ask(AVATAR, { id }, 'bo')).room.avatar;
  expect(await shown()).toBeNull();
  const [mine, attachment, others, removed] = await Promise.all([
    upload('ada'),
    upload('ada', 'CHAT_ATTACHMENT'),
    upload('bo'),
    upload('ada'),
  ]);
  await chat.deliver('users.MediaDeleted', { mediaId: removed, ownerId: userIdOf('ada') });
  await using stream = await chat.subscribe(
    `subscription ($id: ID!) { roomEvents(roomId: $id) {
      __typename ... on RoomUpdated { changed room { avatar { id } } } } }`,
    { id },
    as('bo'),
  );
  await stream.atLeast(1);
  await until(async () => codesOf(await update('ada', { id, avatarMediaId: removed })).length > 0);
  for (const avatarMediaId of [attachment, others, removed, newId('med'), 'x']) {
    const refused = await update('ada', { id, avatarMediaId });
    expect(failuresOf(refused)).toMatchObject([
      { code: 'MEDIA_NOT_FOUND', path: ['input', 'avatarMediaId'] },
    ]);
  }
  expect(codesOf(await update('ada', { id, avatarMediaId: mine }))).toEqual([]);
  expect(await shown()).toEqual({ id: mine });
  await stream.find(({ data }) => data?.roomEvents.changed?.includes('avatar'));
  expect(eventsOf(stream.items).at(-1)).toMatchObject({
    ...{ changed: ['avatar'], room: { avatar: { id: mine } } },
  });
  expect(codesOf(await update('bo', { id, avatarMediaId: others }))).toEqual(['ROOM_NOT_EDITABLE']);
  expect(codesOf(await update('ada', { id, avatarMediaId: null }))).toEqual([]);
  expect(await shown()).toBeNull();
});

let uploads = 0;
/** A file that was uploaded an hour ago, so nobody waits for the news of one that is refused. */
async function upload(
  who: string,
  purpose: 'AVATAR' | 'CHAT_ATTACHMENT' = 'AVATAR',
): Promise<string> {
  const mediaId = firstIdAt('med', new Date(Date.now() - 3_600_000 - uploads * 1_000));
  uploads += 1;
  await chat.deliver('users.MediaReady', {
    ...{
      mediaId,
      ownerId: userIdOf(who),
      purpose,
      fileName: 'face.png',
      altText: null,
      byteSize: 70,
    },
    ...{ contentType: 'image/png', width: 1, height: 1, url: null },
  });
  return mediaId;
}
