import { createTransactor } from '@souk/runtime/events';
import { as, createDatabase, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { countContact } from '../src/use-cases/count-contact.ts';
import {
  ADD,
  CREATE_ROOM,
  codesOf,
  failuresOf,
  JOIN,
  LEAVE,
  OPEN_DIRECT,
  REMOVE,
  startChat,
  type TestChat,
  UNHINDERED,
  UPDATE,
} from './chat.ts';
import { useWithoutLock } from './mutants/use-without-lock.ts';

const LIMITS = { roomsPerWindow: 5, strangersPerWindow: 4, contactWindowSeconds: 3_600 };
let now = new Date('2026-11-25T12:00:00Z');
let chat: TestChat;
beforeAll(async () => {
  const people = ['ada', 'bo', 'cy', 'dee', 'eve', 'flo', 'gil', 'hal'];
  chat = await startChat({ people, config: LIMITS, clock: () => now });
});
afterAll(() => chat[Symbol.asyncDispose]());

const anotherWindow = () => {
  now = new Date(now.getTime() + 3_600_000);
};
const create = (who: string, ...others: string[]) =>
  chat.execute(
    CREATE_ROOM,
    { input: { kind: 'PRIVATE', name: 'x', participantIds: others.map(userIdOf) } },
    as(who),
  );
const direct = (who: string, ...others: string[]) =>
  chat.execute(OPEN_DIRECT, { userIds: others.map(userIdOf) }, as(who));
const add = (who: string, roomId: string, ...others: string[]) =>
  chat.execute(ADD, { roomId, userIds: others.map(userIdOf) }, as(who));

test('one account can open only the allowed number of rooms within the window, however fast, and learns when it may open more', async () => {
  anotherWindow();
  const answers = await Promise.all(Array.from({ length: 30 }, () => create('ada')));
  expect(answers.filter((answer) => codesOf(answer).length === 0)).toHaveLength(5);
  now = new Date(now.getTime() + 600_000);
  expect(failuresOf(await create('ada'))).toEqual([
    {
      __typename: 'RateLimitedError',
      code: 'RATE_LIMITED',
      message: 'Too many requests; try again in 3000 s.',
      path: null,
      retryAfterSeconds: 3_000,
    },
  ]);
  // Of whatever kind, and nobody else is held back.
  expect(codesOf(await direct('ada', 'bo'))).toEqual(['RATE_LIMITED']);
  expect(codesOf(await create('bo'))).toEqual([]);
  now = new Date(now.getTime() + 3_000_000);
  expect(codesOf(await create('ada'))).toEqual([]);
});

test('refused, failed and repeated requests do not count', async () => {
  anotherWindow();
  const idempotencyKey = crypto.randomUUID();
  const input = { kind: 'PUBLIC', name: 'Once', idempotencyKey };
  const ids = await Promise.all(Array.from({ length: 20 }, () => chat.createRoom('cy', input)));
  expect(new Set(ids).size).toBe(1);
  for (let time = 0; time < 10; time += 1) {
    expect(codesOf(await create('cy', 'nobody'))).toEqual(['USER_NOT_FOUND']);
    expect(codesOf(await direct('cy', 'bo'))).toEqual([]);
  }
  for (const left of [2, 1, 0]) expect([left, codesOf(await create('cy'))]).toEqual([left, []]);
  expect(codesOf(await create('cy'))).toEqual(['RATE_LIMITED']);
  expect(codesOf(await direct('cy', 'bo'))).toEqual([]);
});

test('strangers are counted on every way into a room, also when taken out and brought in again', async () => {
  anotherWindow();
  const roomId = await chat.createRoom('dee', {
    kind: 'PRIVATE',
    name: 'x',
    participantIds: [userIdOf('bo')],
  });
  await chat.openDirect('dee', 'cy');
  expect(codesOf(await add('dee', roomId, 'bo'))).toEqual([]);
  const remove = () => chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'dee');
  for (const left of [1, 0]) {
    await remove();
    expect([left, codesOf(await add('dee', roomId, 'bo'))]).toEqual([left, []]);
  }
  await remove();
  for (const answer of [
    await add('dee', roomId, 'bo'),
    await create('dee', 'eve'),
    await direct('dee', 'eve'),
  ]) {
    expect(codesOf(answer)).toEqual(['RATE_LIMITED']);
  }
  // Nothing of what was refused is left behind.
  expect(
    (
      await chat.ask(
        'query ($id: ID!) { room(id: $id) { participantCount } }',
        { id: roomId },
        'dee',
      )
    ).room,
  ).toEqual({ participantCount: 1 });
});

test('people who answered each other are no longer strangers; receiving a message alone changes nothing', async () => {
  anotherWindow();
  const open = await chat.createRoom('eve', {
    kind: 'PUBLIC',
    name: 'Square',
    participantIds: [userIdOf('flo')],
  });
  await chat.send('flo', open, 'said to everybody');
  const talk = await chat.openDirect('eve', 'flo');
  await chat.send('eve', talk, 'hello?');
  const roomId = await chat.createRoom('eve', {
    kind: 'PRIVATE',
    name: 'x',
    participantIds: [userIdOf('flo')],
  });
  const again = async () => {
    await chat.ask(REMOVE, { roomId, userId: userIdOf('flo') }, 'eve');
    return codesOf(await add('eve', roomId, 'flo'));
  };
  expect(await again()).toEqual([]);
  expect(await again()).toEqual(['RATE_LIMITED']);
  await chat.send('flo', talk, 'hello');
  for (let time = 0; time < 6; time += 1) expect(await again()).toEqual([]);
});

test('somebody who wrote in a room and left is a stranger again to the person who adds them back', async () => {
  anotherWindow();
  const participantIds = [userIdOf('hal')];
  const roomId = await chat.createRoom('gil', { kind: 'PRIVATE', name: 'x', participantIds });
  await chat.send('hal', roomId, 'no, thank you');
  const again = async () => {
    await chat.ask(LEAVE, { id: roomId }, 'hal');
    return codesOf(await add('gil', roomId, 'hal'));
  };
  for (const left of [2, 1, 0]) expect([left, await again()]).toEqual([left, []]);
  expect(await again()).toEqual(['RATE_LIMITED']);
});

/** Thirty at once, each in a transaction of its own; gives how many were let through. */
async function letThrough(usesLock: boolean): Promise<number> {
  const database = await createDatabase('chat');
  const client = createClient(database.url);
  const transaction = createTransactor({
    begin: (work) => client.$transaction(work, { timeout: 30_000 }),
    storesOn: usesLock ? storesOn : (db) => useWithoutLock(storesOn(db), db),
    onCommitted: () => {},
  });
  const config = { ...UNHINDERED, ...LIMITS };
  const one = () =>
    transaction((stores) =>
      countContact({ config, clock: () => now }, stores, 'usr_1', {
        openedRooms: 1,
        brought: [],
        roomId: 'room_1',
      }),
    );
  const results = await Promise.allSettled(Array.from({ length: 30 }, one));
  await client.$disconnect();
  await database.drop();
  return results.filter(({ status }) => status === 'fulfilled').length;
}

test('counting is exact when thirty count at once, which reading before writing is not', async () => {
  expect(await letThrough(true)).toBe(5);
  expect(await letThrough(false)).toBeGreaterThan(5);
});

test('announcements to a whole room are limited for each account, whatever causes them', async () => {
  await using bounded = await startChat({ people: ['ada', 'bo'], config: { changesPerWindow: 3 } });
  const id = await bounded.createRoom('ada', { kind: 'PUBLIC', name: 'Square' });
  const rename = async (topic: string) =>
    codesOf(await bounded.execute(UPDATE, { input: { id, topic } }, as('ada')));
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(rename));
  expect(answers.flat()).toEqual(['RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED']);
  // What was refused is not done, and others are not held back.
  const { room } = await bounded.ask(
    'query ($id: ID!) { room(id: $id) { version } }',
    { id },
    'ada',
  );
  expect(room.version).toBe(4);
  const come = async () => codesOf(await bounded.execute(JOIN, { id }, as('bo')));
  for (let times = 0; times < 3; times += 1) {
    expect(await come()).toEqual([]);
    expect(codesOf(await bounded.execute(LEAVE, { id }, as('bo')))).toEqual([]);
  }
  expect(await come()).toEqual(['RATE_LIMITED']);
  const remove = { roomId: id, userId: userIdOf('bo') };
  expect(codesOf(await bounded.execute(REMOVE, remove, as('ada')))).toEqual(['RATE_LIMITED']);
});
