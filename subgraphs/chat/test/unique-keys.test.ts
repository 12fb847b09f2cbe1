import { randomUUID } from 'node:crypto';
import { sql } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startChat, type TestChat } from './chat.ts';
import { loggedEventsOf } from './database.ts';

/**
 * What holds when the same is asked many times at once rests on unique keys in the database. Each
 * test runs with the key and without it: without, it must find the fault it is there for.
 */

async function messagesFromOneSending(chat: TestChat): Promise<number> {
  const room = await chat.openDirect('ada', 'bo');
  const clientMessageId = randomUUID();
  const sent = await Promise.allSettled(
    Array.from({ length: 50 }, () => chat.send('ada', room, 'once', { clientMessageId })),
  );
  return new Set(sent.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))).size;
}

async function roomsOfOnePair(chat: TestChat): Promise<number> {
  const opened = await Promise.allSettled(
    Array.from({ length: 20 }, () => chat.openDirect('ada', 'cy')),
  );
  return new Set(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))).size;
}

test.each([
  ['one message', 'message_room_id_author_id_client_message_id_key', messagesFromOneSending],
  ['one room', 'room_direct_key_key', roomsOfOnePair],
])('%s with the key %s; more without it', async (_, key, count) => {
  await using chat = await startChat();
  expect(await count(chat)).toBe(1);
  await using mutant = await startChat();
  await sql(mutant, `DROP INDEX ${key}`);
  expect(await count(mutant)).toBeGreaterThan(1);
});

test('events are in the log exactly for what was committed, in the order of the room', async () => {
  await using chat = await startChat();
  const room = await chat.openDirect('ada', 'bo');
  const clientMessageId = randomUUID();
  await Promise.all(
    Array.from({ length: 20 }, () => chat.send('ada', room, 'once', { clientMessageId })),
  );
  await sql(chat, `ALTER TABLE message ADD CONSTRAINT no_evil CHECK (text <> 'evil')`);
  await expect(chat.send('ada', room, 'evil')).rejects.toThrow('INTERNAL_SERVER_ERROR');
  await chat.send('bo', room, 'good');
  const logged = await loggedEventsOf(chat, room);
  expect(logged.map(({ type, sequence }) => [type, Number(sequence)])).toEqual([
    ['chat.RoomCreated', 1],
    ['chat.MessagePosted', 2],
    ['chat.MessagePosted', 3],
  ]);
  expect(logged.slice(1).map(({ payload }) => [payload.sequence, payload.excerpt])).toEqual([
    [1, 'once'],
    [2, 'good'],
  ]);
});
