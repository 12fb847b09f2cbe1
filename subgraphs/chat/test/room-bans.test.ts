import { newId } from '@souk/runtime/domain';
import { as, sql, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADD, codesOf, failuresOf, JOIN, LEAVE, REMOVE, startChat, type TestChat } from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo', 'cy', 'eve'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

const BANS = `query ($id: ID!, $first: Int, $after: String) { room(id: $id) { bans(first: $first, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { id user { id } bannedBy { id } room { id } createdAt } } } } }`;
const UNBAN = `mutation ($id: ID!) { unbanFromRoom(roomBanId: $id) { deletedId room { id } errors { ... on UserError { code } } } }`;
const BAN = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on RoomBan { id user { id } } } }`;

const publicRoom = async () => {
  const id = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Square' });
  await chat.ask(JOIN, { id }, 'bo');
  return id;
};
const call = async (mutation: string, variables: Record<string, unknown>, who: string) =>
  codesOf(await chat.execute(mutation, variables, as(who)));
const remove = (roomId: string, name: string) =>
  chat.ask(REMOVE, { roomId, userId: userIdOf(name) }, 'ada');
const bansOf = async (id: string, who = 'ada', page = {}) =>
  (await chat.ask(BANS, { id, ...page }, who)).room.bans;

test('somebody who was removed from a public room cannot join it again', async () => {
  const id = await publicRoom();
  await remove(id, 'bo');
  expect(failuresOf(await chat.execute(JOIN, { id }, as('bo')))).toMatchObject([
    { __typename: 'RoomBannedError', code: 'ROOM_BANNED', path: ['roomId'] },
  ]);
  // Reading a public room is everybody's.
  expect((await chat.ask(BANS, { id }, 'bo')).room.bans).toBeNull();
  const left = await sql<{ payload: object }>(
    chat,
    `SELECT payload FROM event_record WHERE type = 'chat.ParticipantsChanged' AND payload->'left' <> '[]'
     ORDER BY occurred_at DESC, sequence DESC LIMIT 1`,
  );
  expect(left[0]?.payload).toMatchObject({ banned: [userIdOf('bo')], left: [userIdOf('bo')] });
});

test('somebody who left just before their removal stays out too; somebody who only left can come back', async () => {
  const id = await publicRoom();
  await chat.ask(LEAVE, { id }, 'bo');
  await remove(id, 'bo');
  expect(await call(JOIN, { id }, 'bo')).toEqual(['ROOM_BANNED']);
  await chat.ask(JOIN, { id }, 'cy');
  await chat.ask(LEAVE, { id }, 'cy');
  expect(await call(JOIN, { id }, 'cy')).toEqual([]);
});

test('the owner of the room can add them again, or let them join by themselves', async () => {
  const id = await publicRoom();
  await remove(id, 'bo');
  await remove(id, 'cy');
  const add = (who: string, name: string) =>
    call(ADD, { roomId: id, userIds: [userIdOf(name)] }, who);
  expect(await add('ada', 'bo')).toEqual([]);
  await chat.ask(LEAVE, { id }, 'bo');
  expect(await call(JOIN, { id }, 'bo')).toEqual([]);

  const { edges } = await bansOf(id);
  expect(edges).toMatchObject([
    { node: { user: { id: userIdOf('cy') }, bannedBy: { id: userIdOf('ada') }, room: { id } } },
  ]);
  const [{ node: ban }] = edges;
  expect(await call(UNBAN, { id: ban.id }, 'cy')).toEqual(['ROOM_BAN_NOT_FOUND']);
  expect(await call(UNBAN, { id: newId('rban') }, 'ada')).toEqual(['ROOM_BAN_NOT_FOUND']);
  const { unbanFromRoom } = await chat.ask(UNBAN, { id: ban.id }, 'ada');
  expect(unbanFromRoom).toMatchObject({ deletedId: ban.id, room: { id } });
  expect(await call(JOIN, { id }, 'cy')).toEqual([]);
  expect((await bansOf(id)).edges).toEqual([]);
});

test('in a private room only its owner can add a removed person again', async () => {
  const participantIds = ['bo', 'cy'].map(userIdOf);
  const id = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Closed', participantIds });
  await remove(id, 'bo');
  const userIds = ['eve', 'bo'].map(userIdOf);
  const byCy = await chat.execute(ADD, { roomId: id, userIds }, as('cy'));
  expect(failuresOf(byCy)).toMatchObject([{ code: 'ROOM_BANNED', path: ['userIds', '1'] }]);
  expect(await call(ADD, { roomId: id, userIds }, 'ada')).toEqual([]);
});

test('bans are visible only to those who decide them, in pages and by id', async () => {
  const id = await publicRoom();
  for (const name of ['bo', 'cy', 'eve']) await remove(id, name);
  await remove(id, 'eve');
  const first = await bansOf(id, 'ada', { first: 2 });
  expect(first.pageInfo.hasNextPage).toBe(true);
  const rest = await bansOf(id, 'ada', { first: 2, after: first.pageInfo.endCursor });
  const banned = [...first.edges, ...rest.edges].map(({ node }) => node.user.id);
  expect(banned).toEqual(['eve', 'cy', 'bo'].map(userIdOf));
  const representations = [{ __typename: 'RoomBan', id: first.edges[0].node.id }];
  const seenBy = async (who: string) =>
    (await chat.ask(BAN, { representations }, who))._entities[0];
  expect(await seenBy('ada')).toMatchObject({ user: { id: userIdOf('eve') } });
  expect(await seenBy('eve')).toBeNull();
});

test('removing oneself is leaving, and unknown people cannot be banned', async () => {
  const id = await publicRoom();
  await remove(id, 'ada');
  expect(await call(JOIN, { id }, 'ada')).toEqual([]);
  expect(await call(REMOVE, { roomId: id, userId: newId('usr') }, 'ada')).toEqual([
    'USER_NOT_FOUND',
  ]);
});

test('a removed person is not in the room, however close the race with their joining', async () => {
  for (let round = 0; round < 25; round += 1) {
    const id = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Race' });
    await Promise.all([
      ...Array.from({ length: 4 }, () => call(JOIN, { id }, 'bo')),
      remove(id, 'bo'),
      ...Array.from({ length: 4 }, () => call(JOIN, { id }, 'bo')),
    ]);
    expect(await call(JOIN, { id }, 'bo')).toEqual(['ROOM_BANNED']);
    expect(await call(LEAVE, { id }, 'bo')).toEqual(['ROOM_NOT_JOINED']);
  }
});

test('the bans of ten rooms, requested by room or by id, need no more statements than those of two', async () => {
  const representations: { __typename: string; id: string }[][] = [];
  for (let count = 0; count < 10; count += 1) {
    const id = await publicRoom();
    await remove(id, 'bo');
    const [{ node }] = (await bansOf(id)).edges;
    representations.push([
      { __typename: 'Room', id },
      { __typename: 'RoomBan', id: node.id },
    ]);
  }
  const OF_ROOMS = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Room { bans(first: 5) { edges { node { user { id } } } } } ... on RoomBan { user { id } } } }`;
  const cost = (rooms: number) =>
    chat.statementsOf(async () => {
      const asked = { representations: representations.slice(0, rooms).flat() };
      const { _entities } = await chat.ask(OF_ROOMS, asked, 'ada');
      const user = { id: userIdOf('bo') };
      const answer = [{ bans: { edges: [{ node: { user } }] } }, { user }];
      expect(_entities).toEqual(Array.from({ length: rooms }, () => answer).flat());
    });
  expect((await cost(10)).length).toBeLessThanOrEqual((await cost(2)).length);
});
