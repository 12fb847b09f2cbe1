import { setTimeout as delay } from 'node:timers/promises';
import { newId, type Viewer } from '@souk/runtime/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CREATE_ROOM,
  codesOf,
  OPEN_DIRECT,
  ROOM_EVENTS,
  registered,
  SEND,
  startChat,
  type TestChat,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: [] });
});
afterAll(async () => {
  await Promise.all(announcements);
  await chat[Symbol.asyncDispose]();
});

const announcements: Promise<void>[] = [];
/** Somebody whose registration reaches chat only after a while, or never. */
function newcomer(name: string, announcedAfterMs: number | null): Viewer {
  const userId = newId('usr');
  const announce = async (afterMs: number) => {
    await delay(afterMs);
    await chat.deliver('users.UserRegistered', { ...registered(name), userId });
  };
  if (announcedAfterMs !== null) announcements.push(announce(announcedAfterMs));
  return { userId, sessionId: newId('ses'), roles: ['CUSTOMER'] };
}

test('newly registered people can chat at once, under their names', async () => {
  const [ada, bo] = [newcomer('ada', 300), newcomer('bo', 600)];
  const opened = await chat.execute(OPEN_DIRECT, { userIds: [bo.userId] }, ada);
  expect(codesOf(opened)).toEqual([]);
  const roomId = opened.data.openDirectRoom.room.id;
  await using stream = await chat.subscribe(ROOM_EVENTS, { roomId }, bo);
  const input = { roomId, clientMessageId: crypto.randomUUID(), text: 'first' };
  expect(codesOf(await chat.execute(SEND, { input }, ada))).toEqual([]);
  await stream.atLeast(2);
  expect(stream.items[1]?.data.roomEvents.message.author.username).toBe('ada');
});

test('a new account whose event has not arrived may talk all the same, after a short wait', async () => {
  const flo = newcomer('flo', null);
  const input = { kind: 'PUBLIC', name: 'Alone' };
  const start = Date.now();
  expect(codesOf(await chat.execute(CREATE_ROOM, { input }, flo))).toEqual([]);
  expect(Date.now() - start).toBeLessThan(30_000);
});

test('unknown ids are refused without waiting, unless they are new', async () => {
  const gil = newcomer('gil', 0);
  const old = 'usr_01h2xcejqtf2nbrexx3vqjhp41';
  await chat.execute(CREATE_ROOM, { input: { kind: 'PUBLIC', name: 'Known' } }, gil);
  const times = [];
  for (let again = 0; again < 3; again += 1) {
    const start = Date.now();
    expect(codesOf(await chat.execute(OPEN_DIRECT, { userIds: [old] }, gil))).toEqual([
      'USER_NOT_FOUND',
    ]);
    times.push(Date.now() - start);
  }
  // A machine that is busy holds up one of them, and not each.
  expect(Math.min(...times)).toBeLessThan(1_000);
});
