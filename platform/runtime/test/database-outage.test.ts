import { newId } from '@souk/runtime/domain';
import {
  createInbox,
  type EventName,
  eventQueueOf,
  type RecordedEvent,
  startConsumers,
} from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, openLine, testBackplane, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

const joined = (): RecordedEvent => ({
  id: newId('evt'),
  position: 1,
  stream: 'group:g',
  sequence: 1,
  type: 'groups.MemberJoined',
  version: 1,
  payload: { groupId: 'g', memberId: 'm', userId: 'u', role: 'MEMBER' } as never,
  occurredAt: new Date(),
});

test('a database away for longer than all backoffs leaves no dead event, and each is handled', async () => {
  await using database = await createDatabase('users');
  await using line = await openLine(database.url);
  const retries = { attempts: 2, backoffMs: 20 };
  const backplane = await testBackplane({ retries });
  const db = pgDatabase(line.url);
  const direct = pgDatabase(database.url);
  await direct.$executeRawUnsafe('CREATE TABLE effect (event_id text)');
  let refused = 0;
  const worker = startConsumers<{ sql: PgDatabase }>({
    subgraph: 'chat',
    consumers: [
      {
        name: 'effect',
        consumes: 'groups.MemberJoined' as EventName,
        handle: async ({ eventId }, { sql }) => {
          await sql.$executeRawUnsafe('INSERT INTO effect VALUES ($1)', eventId);
        },
      },
    ],
    transaction: (work) =>
      db
        .begin((executor) => work({ sql: executor as PgDatabase, inbox: createInbox(executor) }))
        .catch((error) => {
          refused += 1;
          throw error;
        }),
    jobs: backplane.jobs,
    logger: silentLogger,
  });
  const queue = eventQueueOf('chat');
  const events = Array.from({ length: 5 }, joined);
  line.breakDown();
  await backplane.jobs.add(
    queue,
    events.map((event) => ({ id: event.id, name: event.type, data: event })),
  );
  // All attempts of all events, three times over.
  await until(() => refused >= 3 * events.length * retries.attempts);
  line.mend();
  const effects = () =>
    direct.$queryRawUnsafe<{ event_id: string }[]>('SELECT event_id FROM effect');
  await until(async () => (await effects()).length >= events.length);
  await until(async () => (await backplane.jobs.backlog(queue)) === 0);
  expect((await effects()).map((row) => row.event_id).sort()).toEqual(
    events.map(({ id }) => id).sort(),
  );
  expect(await backplane.jobs.dead(queue, 10)).toEqual([]);
  await worker.close();
  await Promise.all([db.close(), direct.close()]);
  await backplane.close();
});
