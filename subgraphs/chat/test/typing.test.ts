import { as, type Collected, testBackplane, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ARCHIVE,
  codesOf,
  FAILURES,
  JOIN,
  LEAVE,
  REMOVE,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const TYPING = `subscription ($roomId: ID!) { typing(roomId: $roomId) { room { id } users { id } } }`;
const SET_TYPING = `mutation ($roomId: ID!, $on: Boolean!) {
  setTyping(roomId: $roomId, on: $on) { repeatWithinSeconds ${FAILURES} } }`;
const watch = (who: string, roomId: string) => chat.subscribe(TYPING, { roomId }, as(who));
const type = async (who: string, roomId: string, on = true) =>
  (await chat.ask(SET_TYPING, { roomId, on }, who)).setTyping;
// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an event is its own affair.
const typists = (stream: Collected<any>): string[] | undefined =>
  stream.items.at(-1)?.data.typing.users.map(({ id }: { id: string }) => id);

test('others see who is typing, until they stop', async () => {
  const roomId = await chat.openDirect('ada', 'bo');
  await using stream = await watch('bo', roomId);
  const { repeatWithinSeconds } = await type('ada', roomId);
  expect(repeatWithinSeconds).toBeLessThan(6);
  await until(() => typists(stream)?.length === 1);
  expect(stream.items).toMatchObject([
    { data: { typing: { room: { id: roomId }, users: [{ id: userIdOf('ada') }] } } },
  ]);
  await type('ada', roomId);
  await type('ada', roomId, false);
  await until(() => typists(stream)?.length === 0);
  expect(stream.items).toHaveLength(2);
});

test('typing ends six seconds after it was last announced', async () => {
  const roomId = await chat.openDirect('ada', 'cy');
  await using stream = await watch('cy', roomId);
  const start = Date.now();
  await type('ada', roomId);
  await until(() => typists(stream)?.length === 1);
  await until(() => typists(stream)?.length === 0);
  expect(Date.now() - start).toBeGreaterThan(5_900);
});

test('people who do not share their typing are not shown', async () => {
  const roomId = await chat.openDirect('eve', 'cy');
  await using stream = await watch('cy', roomId);
  const QUIET = 'mutation { setPresence(input: { sendTyping: false }) { errors { __typename } } }';
  await chat.ask(QUIET, {}, 'eve');
  await type('eve', roomId);
  await type('cy', roomId);
  await until(() => typists(stream)?.length === 1);
  expect(typists(stream)).toEqual([userIdOf('cy')]);
});

test('only people in the room write in it or watch others write', async () => {
  const direct = await chat.openDirect('ada', 'bo');
  const open = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Open' });
  await expect(watch('eve', direct)).rejects.toThrow('ROOM_NOT_FOUND');
  await expect(watch('eve', open)).rejects.toThrow('ROOM_NOT_JOINED');
  const asEve = (roomId: string) => chat.execute(SET_TYPING, { roomId, on: true }, as('eve'));
  expect(codesOf(await asEve(direct))).toEqual(['ROOM_NOT_FOUND']);
  expect(codesOf(await asEve(open))).toEqual(['ROOM_NOT_JOINED']);
});

test("a removed person's typing stream ends", async () => {
  const participantIds = [userIdOf('bo')];
  const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Out', participantIds });
  await using stream = await watch('bo', roomId);
  await chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
  await until(() => stream.ended);
});

test('somebody who leaves is no longer shown as typing, at once and also when the event is late', async () => {
  const participantIds = ['bo', 'cy'].map(userIdOf);
  for (const [mutation, who] of [
    [LEAVE, 'bo'],
    [REMOVE, 'ada'],
  ] as const) {
    const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Going', participantIds });
    await using own = await watch('cy', roomId);
    await using shared = await chat.listen(TYPING, { roomId }, 'everybody');
    const shown = () => shared.items.findLast(({ data }) => data)?.data.typing.users;
    await type('bo', roomId);
    await until(() => typists(own)?.length === 1 && shown()?.length === 1);
    const gone = userIdOf('bo');
    await chat.ask(mutation, mutation === LEAVE ? { id: roomId } : { roomId, userId: gone }, who);
    // Well before the six seconds after which anybody is forgotten.
    await until(() => typists(own)?.length === 0 && shown()?.length === 0);
    await chat.backplane.pubsub.publish(`chat:room:${roomId}:typing`, { userId: gone, on: true });
    await type('ada', roomId);
    await until(() => typists(own)?.length === 1 && shown()?.length === 1);
    expect(typists(own)).toEqual([userIdOf('ada')]);
    expect(shown()).toEqual([{ id: userIdOf('ada') }]);
  }
});

test('typing after a removal that became known late ends the stream without an error', async () => {
  const backplane = await testBackplane();
  await using _ = { [Symbol.asyncDispose]: () => backplane.close() };
  const { pubsub } = backplane;
  let isDeaf = false;
  const subscribe: typeof pubsub.subscribe = (topic, listener) =>
    pubsub.subscribe(topic, (payload) => {
      if (!isDeaf || topic.endsWith(':typing')) listener(payload);
    });
  await using deaf = await startChat({
    backplane: { ...backplane, pubsub: { ...pubsub, subscribe } },
  });
  const participantIds = [userIdOf('bo')];
  const roomId = await deaf.createRoom('ada', { kind: 'PRIVATE', name: 'Late', participantIds });
  const NAMED =
    'subscription ($roomId: ID!) { typing(roomId: $roomId) { room { name } users { id } } }';
  await using stream = await deaf.subscribe(NAMED, { roomId }, as('bo'));
  isDeaf = true;
  await deaf.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
  await deaf.ask(SET_TYPING, { roomId, on: true }, 'ada');
  await stream.untilEnded();
  expect(stream.items).toEqual([]);
});

test('somebody who keeps typing is announced no more often than allowed', async () => {
  const roomId = await chat.openDirect('ada', 'bo');
  const codes: unknown[] = [];
  for (let count = 0; count < 40; count += 1) {
    const variables = { roomId, on: count % 2 === 0 };
    codes.push(...codesOf(await chat.execute(SET_TYPING, variables, as('bo'))));
  }
  expect(codes.length).toBeGreaterThanOrEqual(20);
  expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']));
});

test('somebody who may not write in a room is not shown as typing there', async () => {
  const id = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Announcements' });
  await chat.ask(JOIN, { id }, 'bo');
  const refusal = async () =>
    codesOf(await chat.execute(SET_TYPING, { roomId: id, on: true }, as('bo')));
  expect(await refusal()).toEqual([]);
  await chat.ask(UPDATE, { input: { id, readOnly: true } }, 'ada');
  expect(await refusal()).toEqual(['ROOM_READ_ONLY']);
  await chat.ask(ARCHIVE, { id }, 'ada');
  expect(await refusal()).toEqual(['ROOM_ARCHIVED']);
});

test('nothing is published for somebody who may not write, not even that they stop', async () => {
  const id = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Announcements' });
  const direct = await chat.openDirect('eve', 'bo');
  await chat.ask(JOIN, { id }, 'bo');
  const BLOCK = `mutation ($id: ID!) { setBlocked(userId: $id, on: true) { ${FAILURES} } }`;
  const told: unknown[] = [];
  const listen = (roomId: string) =>
    chat.backplane.pubsub.subscribe(`chat:room:${roomId}:typing`, (signal) => told.push(signal));
  const ends = await Promise.all([id, direct].map(listen));
  await type('bo', id);
  await chat.ask(UPDATE, { input: { id, readOnly: true } }, 'ada');
  await chat.ask(BLOCK, { id: userIdOf('bo') }, 'eve');
  for (const roomId of [id, direct]) {
    // It is no mistake either: a client that stops does not know yet.
    expect(await type('bo', roomId, false)).toMatchObject({ errors: [] });
  }
  await type('ada', id, false);
  await until(() => told.length > 1);
  const signal = { threadId: null };
  expect(told).toEqual([
    { ...signal, userId: userIdOf('bo'), on: true },
    { ...signal, userId: userIdOf('ada'), on: false },
  ]);
  for (const end of ends) await end();
});
