import { setTimeout as delay } from 'node:timers/promises';
import {
  createEventLog,
  createEventLogReader,
  createInbox,
  createTransactor,
  EVENTS,
  type EventName,
  eventQueueOf,
  type NewEvent,
  type RecordedEvent,
  startConsumers,
  startRelay,
} from '@souk/runtime/events';
import { openPool } from '@souk/runtime/postgres';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, testBackplane, until } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_COUNTED, watchEvents } from '../src/events/event-metrics.ts';
import { metricsText } from '../src/telemetry/metrics.ts';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
let db: PgDatabase;
const announced: RecordedEvent[] = [];
const transactorOn = (target: PgDatabase) =>
  createTransactor({
    begin: target.begin,
    storesOn: (executor) => ({ sql: executor }),
    onCommitted: (events) => {
      announced.push(...events);
    },
  });

beforeAll(async () => {
  database = await createDatabase('users');
  db = pgDatabase(database.url);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const joined = (stream: string, userId: string): NewEvent<'groups.MemberJoined'> => ({
  type: 'groups.MemberJoined',
  stream,
  payload: { groupId: stream, memberId: `m-${userId}`, userId, role: 'MEMBER' },
});

test('events of a stream are numbered without holes, whoever writes at the same time', async () => {
  const transaction = transactorOn(db);
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; i < 25; i += 1) {
      await transaction(async ({ events }) => {
        await events.append(joined('group:dense', `${writer}-${i}`));
        if (i % 5 === 0) throw new Error('rolled back on purpose');
      }).catch((error) => expect(error.message).toBe('rolled back on purpose'));
    }
  });
  await Promise.all(writers);
  const read = await createEventLogReader(db).read('group:dense', 0, 1_000);
  expect(read.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 160 }, (_, i) => i + 1),
  );
  expect(new Set(read.map(({ id }) => id)).size).toBe(160);
});

test('many events are appended in one statement, each with its place in its stream', async () => {
  const before = await transactorOn(db)(({ events }) =>
    events.append(joined('group:crowd', 'first')),
  );
  expect(before.sequence).toBe(1);
  const many = Array.from({ length: 1_000 }, (_, index) =>
    joined(index % 4 === 0 ? 'group:crowd' : `group:crowd-${index}`, `${index}`),
  );
  const { recorded, statements } = await db.begin(async (executor) => {
    let statements = 0;
    const counted: typeof executor = {
      ...executor,
      $queryRawUnsafe: (sql, ...values) => {
        statements += 1;
        return executor.$queryRawUnsafe(sql, ...values);
      },
    };
    return { recorded: await createEventLog(counted).appendAll(many), statements };
  });
  expect(statements).toBe(1);
  expect(recorded.map(({ payload }) => payload.userId)).toEqual(
    many.map(({ payload }) => payload.userId),
  );
  const crowd = recorded.filter(({ stream }) => stream === 'group:crowd');
  expect(crowd.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 250 }, (_, index) => index + 2),
  );
  expect(recorded.every(({ stream, sequence }) => stream === 'group:crowd' || sequence === 1)).toBe(
    true,
  );
  const positions = crowd.map(({ position }) => position);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
});

test('what was rolled back is neither in the log nor announced', async () => {
  announced.length = 0;
  const transaction = transactorOn(db);
  await transaction(async ({ events }) => {
    await events.append(joined('group:rolled', 'a'));
    throw new Error('no');
  }).catch(() => {});
  await transaction(({ events }) => events.append(joined('group:rolled', 'b')));
  const read = await createEventLogReader(db).read('group:rolled', 0, 10);
  expect(read.map(({ payload }) => (payload as { userId: string }).userId)).toEqual(['b']);
  expect(announced.map(({ sequence }) => sequence)).toEqual([1]);
});

test('an event shown in several streams has a place in each, and is relayed once to each consumer', async () => {
  await transactorOn(db)(({ events }) =>
    events.append({ ...joined('group:many', 'x'), alsoIn: ['user:x', 'user:owner'] }),
  );
  const reader = createEventLogReader(db);
  const heads = await reader.heads(['group:many', 'user:x', 'user:owner', 'user:nobody']);
  expect([...heads.values()]).toEqual([1, 1, 1, 0]);
  const [{ count }] = await db.$queryRawUnsafe<[{ count: bigint }]>(
    `SELECT count(*) FROM event_delivery
     WHERE stream IN ('group:many', 'user:x', 'user:owner')`,
  );
  expect(Number(count)).toBe(EVENTS['groups.MemberJoined'].consumedBy.length);
});

/** A relay as one would first write it: it remembers the highest position it has seen. */
const naiveRelay = (pool: pg.Pool) => {
  let last = 0;
  return async (): Promise<string[]> => {
    const { rows } = await pool.query(
      'SELECT id, position FROM event_record WHERE position > $1 ORDER BY position',
      [last],
    );
    last = Number(rows.at(-1)?.position ?? last);
    return rows.map(({ id }) => id);
  };
};

test('every committed event reaches its consumer, though positions commit out of order', async () => {
  const own = await createDatabase('users');
  const target = pgDatabase(own.url);
  const backplane = await testBackplane();
  const pool = openPool({ connectionString: own.url, max: 1 });
  const relays = [1, 2, 3].map(() =>
    startRelay({ databaseUrl: own.url, jobs: backplane.jobs, logger: silentLogger, pollMs: 50 }),
  );
  const received: string[] = [];
  const worker = backplane.jobs.work(eventQueueOf('chat'), async ({ id }) => {
    received.push(id);
  });
  const pollNaively = naiveRelay(pool);
  const naive: string[] = [];
  const transaction = transactorOn(target);
  let writing = true;
  const polling = (async () => {
    while (writing) naive.push(...(await pollNaively()));
  })();
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; i < 30; i += 1) {
        await transaction(async ({ events }) => {
          await events.append(joined(`group:${writer}`, `${i}`));
          await delay(Math.random() * 8);
          if (i % 3 === 0) throw new Error('rolled back');
        }).catch(() => {});
      }
    }),
  );
  writing = false;
  await polling;
  naive.push(...(await pollNaively()));
  const committed = (
    await target.$queryRawUnsafe<{ id: string }[]>('SELECT id FROM event_record')
  ).map(({ id }) => id);
  await until(() => new Set(received).size >= committed.length);
  expect(new Set(received)).toEqual(new Set(committed));
  // The mutant: without marks, whatever commits behind a position already passed is never seen.
  expect(new Set(naive).size).toBeLessThan(committed.length);

  await Promise.all([
    ...relays.map((relay) => relay.close()),
    worker.close(),
    pool.end(),
    target.close(),
  ]);
  await backplane.close();
  await own.drop();
});

test('an effect happens once, however often and in whatever order its event is delivered', async () => {
  const own = await createDatabase('users');
  const target = pgDatabase(own.url);
  await target.$executeRawUnsafe('CREATE TABLE effect (consumer text, event_id text)');
  const backplane = await testBackplane();
  let failures = 0;
  const consumer = (name: string) => ({
    name,
    consumes: 'groups.MemberJoined' as EventName,
    handle: async (delivery: { eventId: string }, { sql }: { sql: PgDatabase }) => {
      await sql.$executeRawUnsafe('INSERT INTO effect VALUES ($1, $2)', name, delivery.eventId);
      if (Math.random() < 0.3 && failures < 40) {
        failures += 1;
        throw new Error('fails after its effect, before commit');
      }
    },
  });
  const worker = startConsumers<{ sql: PgDatabase }>({
    subgraph: 'chat',
    consumers: [consumer('first'), consumer('second')],
    transaction: (work) =>
      target.begin((executor) =>
        work({ sql: executor as PgDatabase, inbox: createInbox(executor) }),
      ),
    jobs: backplane.jobs,
    logger: silentLogger,
  });
  const events = await target.begin(async (executor) => {
    const log = createEventLog(executor);
    const appended: RecordedEvent[] = [];
    for (let i = 0; i < 40; i += 1) appended.push(await log.append(joined('group:once', `${i}`)));
    return appended;
  });
  const deliveries = [0, 1, 2].flatMap((round) =>
    events.map((event) => ({ id: `${event.id}.${round}`, name: event.type, data: event })),
  );
  deliveries.sort(() => Math.random() - 0.5);
  await backplane.jobs.add(eventQueueOf('chat'), deliveries);
  await until(async () => (await backplane.jobs.backlog(eventQueueOf('chat'))) === 0);
  const effects = await target.$queryRawUnsafe<{ consumer: string; times: bigint }[]>(
    'SELECT consumer, event_id, count(*) AS times FROM effect GROUP BY consumer, event_id',
  );
  expect(effects).toHaveLength(80);
  expect(effects.every(({ times }) => Number(times) === 1)).toBe(true);
  await worker.close();
  await target.close();
  await backplane.close();
  await own.drop();
});

test('a scrape says who is behind and for how long, and counts no more of it than it has to', async () => {
  await db.$executeRawUnsafe('DELETE FROM event_delivery');
  await db.$executeRawUnsafe(
    `INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at, due_at)
     SELECT CASE WHEN n <= 3 THEN 'groups' ELSE 'chat' END, 'evt_' || lpad(n::text, 8, '0'), n, 's', n,
       now() - interval '1 hour' + n * interval '1 millisecond', now() - interval '1 minute'
     FROM generate_series(1, $1) n`,
    MOST_COUNTED + 500,
  );
  const stop = watchEvents('users', db, { backlog: async () => 0, deadCount: async () => 0 });
  const text = await metricsText();
  stop();
  const said = (metric: string, labels: string) =>
    Number(text.match(new RegExp(`^${metric}{subgraph_name="users"${labels}} (.*)$`, 'm'))?.[1]);
  const hour = { least: 3_590, most: 3_900 };
  for (const [consumer, waiting] of [
    ['groups', 3],
    ['chat', MOST_COUNTED],
  ] as const) {
    expect(said('souk_event_unconfirmed', `,consumer="${consumer}"`)).toBe(waiting);
    const lag = said('souk_event_inbox_lag_seconds', `,consumer="${consumer}"`);
    expect(lag).toBeGreaterThan(hour.least);
    expect(lag).toBeLessThan(hour.most);
  }
  expect(said('souk_event_relay_lag_seconds', '')).toBeGreaterThan(59);
  await db.$executeRawUnsafe('DELETE FROM event_delivery');
});
