import { newId } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { createKeyedSemaphore } from '@souk/runtime/persistence';
import { createDatabase, type TestDatabase, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { openRoom } from '../src/use-cases/open-room.ts';
import { postMessage } from '../src/use-cases/post-message.ts';
import { postAsRead } from './mutants/post-as-read.ts';

let database: TestDatabase;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  database = await createDatabase('chat');
  client = createClient(database.url);
});
afterAll(async () => {
  await client.$disconnect();
  await database.drop();
});

const authorId = userIdOf('ada');
const start = Date.parse('2026-11-25T12:00:00Z');

/**
 * Says forty things at once, by processes whose clocks differ by up to ten seconds; gives the times
 * in the order of the room: those of the messages, and those of their events.
 */
async function timesOf(stores: (db: Parameters<typeof storesOn>[0]) => Stores) {
  const transaction = createTransactor({
    begin: (work) => client.$transaction(work, { timeout: 30_000 }),
    storesOn: stores,
    onCommitted: () => {},
    // Forty stand in line on a machine that may be busy.
    semaphore: createKeyedSemaphore({ maxWaitMs: 120_000 }),
  });
  const id = newId('room');
  const nameless = { name: null, topic: null, groupId: null, directKey: null, isGeneral: false };
  const room = { id, kind: 'PRIVATE' as const, ...nameless, createdBy: authorId };
  await transaction((tools) =>
    openRoom(tools, { ...room, createdAt: new Date(start) }, [authorId]),
  );
  const say = (index: number) =>
    transaction((tools) =>
      postMessage(tools, {
        ...{ id: newId('msg'), roomId: id, authorId, text: `${index}`, replyToId: null },
        clientMessageId: crypto.randomUUID(),
        at: new Date(start + ((index * 7_919) % 10_000)),
      }),
    );
  await Promise.all(Array.from({ length: 40 }, (_, index) => say(index)));
  const messages = await client.message.findMany({
    where: { roomId: id },
    orderBy: { sequence: 'asc' },
  });
  const events = await client.$queryRaw<{ occurred_at: Date }[]>`
    SELECT occurred_at FROM event_record WHERE stream = ${`room:${id}`} ORDER BY sequence`;
  return {
    sent: messages.map(({ sentAt }) => sentAt.getTime()),
    recorded: events.map(({ occurred_at: at }) => at.getTime()),
  };
}

const inOrder = (times: readonly number[]) => [...times].sort((a, b) => a - b);

test('sentAt never runs backwards in a room, whatever the clocks say', async () => {
  const { sent, recorded } = await timesOf(storesOn);
  expect(sent).toHaveLength(40);
  expect(sent).toEqual(inOrder(sent));
  expect(recorded).toEqual(inOrder(recorded));
});

test('with the clock of each process they run backwards, so the test above can fail', async () => {
  const { sent } = await timesOf((db) => postAsRead(storesOn(db)));
  expect(sent).not.toEqual(inOrder(sent));
});
