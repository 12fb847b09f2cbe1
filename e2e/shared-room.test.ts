import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type RunningSouk, startSouk } from './running-souk.ts';

/** A private room whose people all follow it by the same operation: they share one stream. */
const ROOM = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
  __typename
  ... on MessagePosted { message {
    text author { username displayName } replyTo { text } room { ...Room } } }
  ... on ParticipantsChanged { joined { username } left { username } }
  ... on StreamReset { reason }
} }
fragment Room on Room { name participantCount viewerState { unreadCount } }`;
const SET_TYPING = `mutation ($roomId: ID!, $on: Boolean!) {
  setTyping(roomId: $roomId, on: $on) { errors { ... on UserError { code } } } }`;
const TYPING = 'subscription ($roomId: ID!) { typing(roomId: $roomId) { users { displayName } } }';

let souk: RunningSouk;
let people: [Person, Person, Person];
let roomId: string;

beforeAll(async () => {
  souk = await startSouk();
  people = [
    await souk.register('ada', 'Ada Lovelace'),
    await souk.register('bo', 'Bo Diddley'),
    await souk.register('carol', 'Carol Kaye'),
  ];
  const [ada, ...others] = people;
  const { createRoom } = await ask(
    ada,
    `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
       room { id } errors { ... on UserError { code message } } } }`,
    { input: { kind: 'PRIVATE', name: 'Back room', participantIds: others.map(({ id }) => id) } },
  );
  expect(createRoom.errors).toEqual([]);
  roomId = createRoom.room.id;
});
afterAll(() => souk[Symbol.asyncDispose]());

const ask = (person: Person, query: string, variables: object = {}) =>
  souk.ask(query, variables, person.token);

const say = async (person: Person, text: string, replyToId: string | null = null) => {
  const { sendMessage } = await ask(
    person,
    `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
       message { id } errors { ... on UserError { code message } } } }`,
    { input: { roomId, clientMessageId: randomUUID(), text, replyToId } },
  );
  expect(sendMessage.errors).toEqual([]);
  return sendMessage.message.id as string;
};

test('participants share what all may see of a private room, and each gets their own fields', async () => {
  const [ada, bo] = people;
  const streams = await Promise.all(
    people.map((person) => souk.subscribe(ROOM, { roomId }, person.token)),
  );
  for (const stream of streams) await stream.atLeast(1);
  const first = await say(ada, 'Hello');
  await say(bo, 'Hello Ada', first);
  for (const stream of streams) {
    const [, , answer] = (await stream.atLeast(3)).map(({ data }) => data.roomEvents);
    expect(answer).toEqual({
      __typename: 'MessagePosted',
      message: {
        text: 'Hello Ada',
        author: { username: 'bo', displayName: 'Bo Diddley' },
        replyTo: { text: 'Hello' },
        room: {
          name: 'Back room',
          participantCount: 3,
          viewerState: { unreadCount: expect.any(Number) },
        },
      },
    });
  }
  const unreadOf = streams.map(
    ({ items }) => items.at(-1)?.data.roomEvents.message.room.viewerState.unreadCount,
  );
  expect(unreadOf[2]).toBe(2);
  expect(unreadOf[1]).toBeLessThan(2);
  await Promise.all(streams.map((stream) => stream.stop()));
});

test('typing is shown to everybody in the room, and within a second no longer to somebody who is removed', async () => {
  const [ada, bo, carol] = people;
  const streams = await Promise.all(
    [ada, bo, carol].map((person) => souk.subscribe(TYPING, { roomId }, person.token)),
  );
  const rooms = await Promise.all(
    [ada, carol].map((person) => souk.subscribe(ROOM, { roomId }, person.token)),
  );
  for (const room of rooms) await room.atLeast(1);
  const type = (on: boolean) => ask(bo, SET_TYPING, { roomId, on });
  // Until all listen: nothing tells when a stream that begins with nothing has begun.
  await expect
    .poll(async () => {
      await type(false);
      await type(true);
      return streams.every(({ items }) => items.length > 0);
    })
    .toBe(true);
  await streams[2]?.find(({ data }) => data.typing.users[0]?.displayName === 'Bo Diddley');

  await ask(
    ada,
    `mutation ($roomId: ID!, $userId: ID!) { removeParticipant(roomId: $roomId, userId: $userId) {
       errors { ... on UserError { code } } } }`,
    { roomId, userId: carol.id },
  );
  await Promise.all([streams[2]?.untilEnded(), rooms[1]?.untilEnded()]);
  const heardByCarol = streams[2]?.items.length;
  await type(false);
  await say(ada, 'She is gone');
  const heard = (await rooms[0]?.atLeast(4))?.map(({ data }) => data.roomEvents) ?? [];
  expect(heard.slice(1)).toMatchObject([
    { __typename: 'ParticipantsChanged', left: [{ username: 'carol' }] },
    // The room tells of it in its history, too.
    { __typename: 'MessagePosted', message: { text: null } },
    {
      __typename: 'MessagePosted',
      message: { text: 'She is gone', room: { participantCount: 2 } },
    },
  ]);
  expect(rooms[1]?.items.at(-1)?.data.roomEvents).toEqual({
    __typename: 'StreamReset',
    reason: 'ACCESS_CHANGED',
  });
  expect(streams[2]?.items).toHaveLength(heardByCarol ?? -1);
  await Promise.all([...streams, ...rooms].map((stream) => stream.stop()));
});
