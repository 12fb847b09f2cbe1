import { randomUUID } from 'node:crypto';
import { type Backplane, createBackplane } from '@souk/runtime/backplane';
import { createInbox, type EventName, eventQueueOf, startConsumers } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, type TestDatabase, until } from '@souk/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

// An event whose consumer does its work in parts, each in a transaction of its own.

let database: TestDatabase;
let db: PgDatabase;
let backplane: Backplane;
beforeEach(async () => {
  database = await createDatabase('groups');
  db = pgDatabase(database.url);
  await db.$executeRawUnsafe('CREATE TABLE effect (part int PRIMARY KEY, tx text NOT NULL)');
  backplane = await createBackplane({
    jobsDatabaseUrl: database.url,
    retries: { attempts: 5, backoffMs: 5 },
  });
});
afterEach(async () => {
  await backplane.close();
  await db.close();
  await database.drop();
});

const PARTS = 4;

interface Handling {
  /** Whether a part that fails holds up none of those after it. */
  skips?: boolean;
  /** How the event ends. */
  end?: 'HANDLED' | 'DEAD';
  parts?: number;
}

/** Handles an event in parts; `before` may fail one of them. */
async function handled(
  before: (part: number, sql: PgDatabase) => unknown,
  { skips = false, end = 'HANDLED', parts = PARTS }: Handling = {},
) {
  const nextOf = (from: string | undefined) => {
    const next = Number(from ?? 0) + 1;
    return next < parts ? String(next) : undefined;
  };
  const begun: number[] = [];
  const worker = startConsumers<{ sql: PgDatabase }>({
    subgraph: 'chat',
    consumers: [
      {
        name: 'parts',
        consumes: 'groups.MemberJoined' as EventName,
        handle: async (_, { sql }, from) => {
          const part = Number(from ?? 0);
          begun.push(part);
          await sql.$executeRawUnsafe(
            'INSERT INTO effect VALUES ($1, pg_current_xact_id()::text) ON CONFLICT DO NOTHING',
            part,
          );
          await before(part, sql);
          return nextOf(from);
        },
        ...(skips ? { skip: async (_, __, from) => nextOf(from) } : {}),
      },
    ],
    transaction: (work) =>
      db.begin((executor) => work({ sql: executor as PgDatabase, inbox: createInbox(executor) })),
    jobs: backplane.jobs,
    logger: silentLogger,
  });
  const id = `evt_${randomUUID()}`;
  const event = {
    ...{ id, position: 1, stream: 'group:g', sequence: 1, type: 'groups.MemberJoined', version: 1 },
    payload: { groupId: 'g', memberId: 'm', userId: 'u', role: 'MEMBER' },
    occurredAt: new Date(),
  };
  const deliver = () =>
    backplane.jobs.add(eventQueueOf('chat'), [
      { id: randomUUID(), name: event.type, data: event, forgetOnceDone: true },
    ]);
  await deliver();
  const isInInbox = async () =>
    (await db.$queryRawUnsafe<unknown[]>('SELECT 1 FROM inbox_entry WHERE event_id = $1', id))
      .length === 1;
  const queue = eventQueueOf('chat');
  await until(end === 'DEAD' ? async () => (await backplane.jobs.deadCount(queue)) > 0 : isInInbox);
  expect(await isInInbox()).toBe(end === 'HANDLED');
  // Told again, the event is known: nothing is done.
  const doneBefore = begun.length;
  if (end === 'HANDLED') await deliver();
  await until(async () => (await backplane.jobs.backlog(queue)) === 0);
  expect(begun).toHaveLength(doneBefore);
  const effects = await db.$queryRawUnsafe<{ part: number; tx: string }[]>(
    'SELECT part, tx FROM effect ORDER BY part',
  );
  const dead = await backplane.jobs.dead(queue, 10);
  await worker.close();
  return { begun, effects, reasons: dead.map(({ reason }) => reason) };
}

test('each part has a transaction of its own, and the last one makes the event handled', async () => {
  const { begun, effects } = await handled(() => {});
  expect(begun).toEqual([0, 1, 2, 3]);
  expect(effects.map(({ part }) => part)).toEqual([0, 1, 2, 3]);
  expect(new Set(effects.map(({ tx }) => tx)).size).toBe(PARTS);
});

test('a part that fails leaves those before it done, and the event is not handled until all are', async () => {
  let failures = 2;
  const { begun, effects } = await handled((part) => {
    if (part === 2 && failures > 0) {
      failures -= 1;
      throw new Error('not this time');
    }
  });
  expect(begun).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 3]);
  expect(effects.map(({ part }) => part)).toEqual([0, 1, 2, 3]);
});

test('a part that fails holds up none of those that do not need it; what failed is tried again, then dead', async () => {
  const failing = (parts: readonly number[], times: number) => {
    const left = new Map(parts.map((part) => [part, times]));
    return (part: number) => {
      const more = left.get(part) ?? 0;
      if (more > 0) {
        left.set(part, more - 1);
        throw new Error(`part ${part} is poison`);
      }
    };
  };
  const round = [0, 1, 2, 3];
  const again = await handled(failing([1, 3], 2), { skips: true });
  expect(again.begun).toEqual([...round, ...round, ...round]);
  expect(again.effects.map(({ part }) => part)).toEqual(round);
  await db.$executeRawUnsafe('DELETE FROM effect');
  const { begun, effects, reasons } = await handled(failing([0], 9), { skips: true, end: 'DEAD' });
  expect(begun).toEqual(Array.from({ length: 5 }, () => round).flat());
  expect(effects.map(({ part }) => part)).toEqual([1, 2, 3]);
  expect(reasons).toEqual([expect.stringContaining('part 0 is poison')]);
});

/** Takes longer than PostgreSQL gives it. */
const runOutOfTime = async (sql: PgDatabase) => {
  await sql.$executeRawUnsafe("SET LOCAL statement_timeout = '5ms'");
  await sql.$executeRawUnsafe('SELECT pg_sleep(30)');
};

test('parts that run out of time hold up none of the others, until five in a row did', async () => {
  const parts = 12;
  const round = Array.from({ length: parts }, (_, part) => part);
  const slow = new Set(round.filter((part) => part % 2 === 0));
  const hereAndThere = await handled((part, sql) => slow.delete(part) && runOutOfTime(sql), {
    ...{ skips: true, parts },
  });
  expect(hereAndThere.begun).toEqual([...round, ...round]);
  await db.$executeRawUnsafe('DELETE FROM effect');
  let left = 7;
  const inARow = await handled(
    (_, sql) => {
      left -= 1;
      return left >= 0 && runOutOfTime(sql);
    },
    { skips: true, parts },
  );
  expect(inARow.begun).toEqual([...round.slice(0, 5), ...round, ...round]);
  expect(inARow.effects.map(({ part }) => part)).toEqual(round);
});
