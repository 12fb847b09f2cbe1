import { randomUUID } from 'node:crypto';
import type { Backplane } from '@souk/runtime/backplane';
import {
  createEventLog,
  createEventLogReader,
  createInbox,
  eventQueueOf,
  startConsumers,
} from '@souk/runtime/events';
import { createLogger } from '@souk/runtime/process';
import { inWorkContext } from '@souk/runtime/telemetry';
import {
  createDatabase,
  parseStrictly,
  type TestDatabase,
  testBackplane,
  until,
} from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

const lines: string[] = [];
const logger = createLogger({
  name: 'chat-worker',
  destination: { write: (line: string) => void lines.push(line) },
});
const logged = (message: string) =>
  lines.map(parseStrictly).filter(({ msg }) => msg === message) as Record<string, unknown>[];

let database: TestDatabase;
let db: PgDatabase;
let backplane: Backplane;
beforeAll(async () => {
  database = await createDatabase('chat');
  db = pgDatabase(database.url);
  backplane = await testBackplane({ retries: { attempts: 2, backoffMs: 5 }, logger });
});
afterAll(async () => {
  await backplane.close();
  await db.close();
  await database.drop();
});

const joined = (stream: string) => ({
  type: 'groups.MemberJoined' as const,
  stream,
  payload: { groupId: stream, memberId: 'm-1', userId: 'u-1', role: 'MEMBER' as const },
});

test('a request is named by its events, by the lines of their consumers, and by what these record', async () => {
  const requestId = `req-${randomUUID()}`;
  const stream = `group:${randomUUID()}`;
  let failures = 0;
  const worker = startConsumers<{ sql: PgDatabase }>({
    subgraph: 'chat',
    consumers: [
      {
        name: 'copies',
        consumes: 'groups.MemberJoined',
        handle: async (_, { sql }) => {
          await createEventLog(sql).append(joined(`${stream}-copied`));
          failures += 1;
          if (failures === 1) throw new Error('fails once');
          return undefined;
        },
      },
    ],
    transaction: (work) =>
      db.begin((executor) => work({ sql: executor as PgDatabase, inbox: createInbox(executor) })),
    jobs: backplane.jobs,
    logger,
  });
  const event = await inWorkContext({ requestId }, () =>
    db.begin((executor) => createEventLog(executor).append(joined(stream))),
  );
  expect(event).toMatchObject({ requestId });
  await backplane.jobs.add(eventQueueOf('chat'), [{ id: event.id, name: event.type, data: event }]);
  await until(() => logged('event handled').length === 1);
  await worker.close();

  const reader = createEventLogReader(db);
  expect(await reader.read(stream, 0, 1)).toMatchObject([{ requestId }]);
  expect(await reader.read(`${stream}-copied`, 0, 9)).toMatchObject([{ requestId }]);
  const handled = { name: 'chat-worker', requestId, eventId: event.id, by: ['copies'] };
  expect(logged('event handled')).toMatchObject([{ ...handled, attempt: 2 }]);
  const failed = { name: 'chat-worker', job: 'groups.MemberJoined', consumer: 'copies', requestId };
  expect(logged('A job failed and is tried again')).toMatchObject([failed]);
  expect(lines.filter((line) => line.includes('fails once'))).toHaveLength(1);
  expect(lines.join('').match(/"stack"/g)).toHaveLength(1);
});

test('what no request is behind names none', async () => {
  const event = await db.begin((executor) =>
    createEventLog(executor).append(joined(`group:${randomUUID()}`)),
  );
  expect(event).not.toHaveProperty('requestId');
});
