import { createConnectionPresence } from '@souk/runtime/backplane';
import { as, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JOIN, startChat, type TestChat } from './chat.ts';
import { loggedEventsOf } from './database.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const SET = `mutation ($input: PresenceInput!) {
  setPresence(input: $input) { viewer { presence { status invisible } } errors { __typename } } }`;
const ACTIVE = 'mutation { reportActivity(active: true) { repeatWithinSeconds } }';
const TYPE =
  'mutation ($roomId: ID!) { setTyping(roomId: $roomId, on: true) { errors { __typename } } }';
/** Every field that tells others of a person's activity, of the room and of the person. */
const SEEN = `query ($id: ID!, $people: [_Any!]!) {
  room(id: $id) { participants { edges { node { user { id } joinedAt readUpToSequence lastReadAt } } } }
  _entities(representations: $people) { ... on User {
    presence { status lastActiveAt statusText statusEmoji statusExpiresAt } } } }`;
const ROOM_EVENTS = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { __typename
  ... on ReadMoved { participant { user { id } readUpToSequence lastReadAt } } } }`;
const TYPING = 'subscription ($roomId: ID!) { typing(roomId: $roomId) { users { id } } }';
const PRESENCE = `subscription ($userIds: [ID!]!) { presence(userIds: $userIds) {
  userId presence { status lastActiveAt } } }`;

const seenByBo = async (id: string) => {
  const people = [{ __typename: 'User', id: userIdOf('ada') }];
  const { room, _entities } = await chat.ask(SEEN, { id, people }, 'bo');
  const isAda = ({ node }: { node: { user: { id: string } } }) => node.user.id === userIdOf('ada');
  return { reading: room.participants.edges.find(isAda).node, ..._entities[0] };
};
const set = (input: Record<string, unknown>) => chat.ask(SET, { input }, 'ada');

test('nothing that the invisible do is shown to anybody, on any path', async () => {
  const connections = createConnectionPresence(chat.backplane);
  const id = await chat.createRoom('bo', { kind: 'PUBLIC', name: 'Walk' });
  await chat.ask(JOIN, { id }, 'ada');
  await chat.ask(ACTIVE, {}, 'ada');
  await chat.send('bo', id, 'one');
  await chat.readAll('ada', id);

  // What is left of somebody who truly goes:
  await connections.disconnected(userIdOf('ada'), `session:${as('ada').sessionId}`);
  const gone = await seenByBo(id);
  expect(gone.presence).toMatchObject({ status: 'OFFLINE' });
  expect(gone.presence.lastActiveAt).not.toBeNull();

  await set({ invisible: true });
  await using room = await chat.subscribe(ROOM_EVENTS, { roomId: id }, as('bo'));
  await using typing = await chat.subscribe(TYPING, { roomId: id }, as('bo'));
  await using presence = await chat.subscribe(PRESENCE, { userIds: [userIdOf('ada')] }, as('bo'));
  await presence.atLeast(1);

  await connections.connected(userIdOf('ada'), 'socket', new Date());
  await chat.ask(ACTIVE, {}, 'ada');
  await chat.send('bo', id, 'two');
  await chat.ask(TYPE, { roomId: id }, 'ada');
  await chat.readAll('ada', id);
  // Oneself sees oneself as one is.
  const STATE = 'query ($id: ID!) { room(id: $id) { viewerState { unreadCount } } }';
  expect((await chat.ask(STATE, { id }, 'ada')).room.viewerState.unreadCount).toBe(0);

  expect(await seenByBo(id)).toEqual(gone);
  // Whatever was told before this is in.
  await chat.ask(TYPE, { roomId: id }, 'bo');
  await chat.send('bo', id, 'three');
  await until(() => typing.items.length > 0);
  await room.find(({ data }) => data.roomEvents.__typename === 'MessagePosted');
  await until(async () => room.items.length >= 3);
  expect(typing.items.map(({ data }) => data.typing.users)).toEqual([[{ id: userIdOf('bo') }]]);
  expect(room.items.map(({ data }) => data.roomEvents.__typename)).toEqual([
    'CaughtUp',
    'MessagePosted',
    'MessagePosted',
  ]);
  expect(presence.items).toHaveLength(1);
  const logged = await loggedEventsOf(chat, id);
  expect(logged.filter(({ type }) => type === 'chat.ReadMoved')).toHaveLength(1);

  // Who shows themselves again does not tell what they did meanwhile.
  await set({ invisible: false });
  const shown = await seenByBo(id);
  expect(shown.reading).toEqual(gone.reading);
  expect(shown.presence.status).toBe('ONLINE');
});

test('an invisible author shows their message, but not how far they have read', async () => {
  const id = await chat.openDirect('ada', 'bo');
  await set({ invisible: true });
  const before = (await seenByBo(id)).reading;
  await chat.send('bo', id, 'hello?');
  await chat.send('ada', id, 'hello');
  expect((await seenByBo(id)).reading).toEqual(before);
  await set({ invisible: false });
  await chat.send('ada', id, 'hello again');
  expect((await seenByBo(id)).reading).not.toEqual(before);
});

test('a status cannot be changed while invisible, which would reveal that somebody is there', async () => {
  const id = await chat.openDirect('ada', 'bo');
  await set({ invisible: true, statusText: 'At the kiln', statusEmoji: '🏺' });
  const before = await seenByBo(id);
  expect(before.presence).toMatchObject({ status: 'OFFLINE', statusText: 'At the kiln' });
  const REFUSED = `mutation ($input: PresenceInput!) {
    setPresence(input: $input) { errors { ... on UserError { code path } } } }`;
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const input = { statusText: 'Back', statusEmoji: null, statusExpiresAt: soon };
  const answer = await chat.execute(REFUSED, { input }, as('ada'));
  expect(answer.data.setPresence.errors).toEqual(
    ['statusText', 'statusEmoji', 'statusExpiresAt'].map((field) => ({
      code: 'BAD_USER_INPUT',
      path: ['input', field],
    })),
  );
  expect(await seenByBo(id)).toEqual(before);
  // What stays as it is, and what is not seen, is no change; who shows themselves may say what they like.
  await set({ statusText: 'At the kiln', sendTyping: false });
  expect(await seenByBo(id)).toEqual(before);
  await set({ invisible: false, statusText: 'Back', sendTyping: true });
  expect((await seenByBo(id)).presence.statusText).toBe('Back');
});

test('anonymous people do not see how far others have read', async () => {
  const id = await chat.createRoom('bo', { kind: 'PUBLIC', name: 'Shop window' });
  await chat.send('bo', id, 'hi');
  const LIST = `{ publicRooms(query: "Shop window") { edges { node { participants { edges { node {
    user { id } readUpToSequence lastReadAt } } } } } } }`;
  const readerOf = async (who: string | null) => {
    const { publicRooms } = await chat.ask(LIST, {}, who);
    return publicRooms.edges[0].node.participants.edges[0].node;
  };
  expect(await readerOf(null)).toEqual({
    user: { id: userIdOf('bo') },
    readUpToSequence: null,
    lastReadAt: null,
  });
  const known = await readerOf('eve');
  expect(known.readUpToSequence).not.toBeNull();
  expect(known.lastReadAt).not.toBeNull();
});
