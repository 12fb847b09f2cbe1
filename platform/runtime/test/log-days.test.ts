import { createSignedCursors } from '@souk/runtime/domain';
import {
  createEventLog,
  createEventLogReader,
  createLiveStreams,
  tidyUp,
} from '@souk/runtime/events';
import type { SqlExecutor } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, type TestDatabase, testBackplane, until } from '@souk/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStreamCursors } from '../src/domain/signed-cursors.ts';
import { keepLogDays } from '../src/events/log-days.ts';
import { pruneRows } from '../src/persistence/prune-rows.ts';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

let database: TestDatabase;
let db: PgDatabase;
beforeEach(async () => {
  database = await createDatabase('groups');
  db = pgDatabase(database.url);
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const days = async () =>
  (
    await db.$queryRawUnsafe<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'event_log'::regnamespace AND relkind = 'r' ORDER BY 1`,
    )
  ).map(({ name }) => name);
const dayName = async (ago: number) =>
  (
    await db.$queryRawUnsafe<[{ name: string }]>(
      `SELECT 'day_' || to_char((now() AT TIME ZONE 'UTC')::date - $1::int, 'YYYYMMDD') AS name`,
      ago,
    )
  )[0].name;
const makeDay = (ago: number) =>
  db.$queryRawUnsafe<[{ made: boolean }]>(
    `SELECT event_log.make_day((now() AT TIME ZONE 'UTC')::date - $1::int) AS made`,
    ago,
  );
const JOINED = { groupId: 'g', memberId: 'm', userId: 'u', role: 'MEMBER' } as const;

/** An event from this many days ago, with its day. */
const happened = async (stream: string, sequence: number, ago: number, consumer?: string) => {
  await makeDay(ago);
  await db.$executeRawUnsafe(
    `WITH record AS (
       INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
       VALUES ($1 || '-' || $2, $1, $2::bigint, 'groups.MemberJoined', 2, $5::jsonb, now() - make_interval(days => $3::int))
       RETURNING *)
     INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at)
     SELECT $4, id, position, stream, sequence, occurred_at FROM record WHERE $4::text IS NOT NULL`,
    stream,
    sequence,
    ago,
    consumer ?? null,
    JSON.stringify(JOINED),
  );
  await db.$executeRawUnsafe(
    `INSERT INTO event_stream VALUES ($1, $2::bigint)
     ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence`,
    stream,
    sequence,
  );
};
const append = (stream: string) =>
  createEventLog(db).append({
    type: 'groups.MemberJoined',
    stream,
    payload: JOINED,
  });
const sequences = async (stream: string) =>
  (await createEventLogReader(db).read(stream, 0, 100)).map(({ sequence }) => sequence);

test('days past their time go whole, the days to come are there, what is kept reads on', async () => {
  await happened('group:a', 1, 40);
  await happened('group:a', 2, 31);
  await happened('group:a', 3, 29);
  await append('group:a');
  expect(await sequences('group:a')).toEqual([1, 2, 3, 4]);
  await keepLogDays(db, 30);
  expect(await sequences('group:a')).toEqual([3, 4]);
  expect(await createEventLogReader(db).tail('group:a')).toBe(3);
  const left = await days();
  expect(left).not.toContain(await dayName(40));
  expect(left).not.toContain(await dayName(31));
  expect(left).toContain(await dayName(29));
  expect(left).toContain(await dayName(-7));
  await keepLogDays(db, 30);
  expect(await days()).toEqual(left);
});

test('a day stays while a consumer has not confirmed all of it', async () => {
  await happened('group:b', 1, 40, 'chat');
  await keepLogDays(db, 30);
  expect(await days()).toContain(await dayName(40));
  await db.$executeRawUnsafe('DELETE FROM event_delivery');
  await keepLogDays(db, 30);
  expect(await days()).not.toContain(await dayName(40));
});

test('a day that somebody holds stays; all else goes, and it is reported', async () => {
  await happened('group:h', 1, 40);
  await happened('group:h', 2, 35);
  await db.$executeRawUnsafe(
    `INSERT INTO inbox_entry (event_id, consumer, handled_at) VALUES ('old', 'c', now() - interval '90 days')`,
  );
  const held = await dayName(40);
  await db.begin(async (holder) => {
    await holder.$queryRawUnsafe(`LOCK TABLE event_log.${held} IN ACCESS SHARE MODE`);
    await expect(tidyUp(db)).rejects.toThrow('lock timeout');
  });
  expect(await days()).toContain(held);
  expect(await days()).not.toContain(await dayName(35));
  expect(await db.$queryRawUnsafe('SELECT 1 FROM inbox_entry')).toEqual([]);
  await tidyUp(db);
  expect(await days()).not.toContain(held);
});

test('an append that finds no day is kept all the same, and goes when its time is over', async () => {
  const today = await dayName(0);
  await db.$executeRawUnsafe(`ALTER TABLE event_record DETACH PARTITION event_log.${today}`);
  await db.$executeRawUnsafe(`DROP TABLE event_log.${today}`);
  await append('group:c');
  await append('group:c');
  expect(await sequences('group:c')).toEqual([1, 2]);
  await keepLogDays(db, 30);
  expect(await days()).not.toContain(today);
  await tidyUp(db);
  expect(await sequences('group:c')).toEqual([1, 2]);
  await db.$executeRawUnsafe(`UPDATE event_log.without_day SET occurred_at = occurred_at - interval '31 days'
    WHERE sequence = 1`);
  await db.$executeRawUnsafe('DELETE FROM event_delivery WHERE sequence = 1');
  await tidyUp(db);
  expect(await sequences('group:c')).toEqual([2]);
});

test('a subscriber learns of a hole in the midst of a page, never taken over it', async () => {
  // Its day stays for a consumer's sake, while a younger one is dropped.
  await happened('group:d', 1, 40, 'chat');
  await happened('group:d', 2, 35);
  await happened('group:d', 3, 35);
  await happened('group:d', 4, 2);
  await happened('group:d', 5, 1);
  await keepLogDays(db, 30);
  const backplane = await testBackplane();
  const live = createLiveStreams({
    subgraph: 'groups',
    log: createEventLogReader(db),
    pubsub: backplane.pubsub,
    cursors: createStreamCursors('groups', createSignedCursors('a secret long enough for a test')),
    logger: silentLogger,
  });
  const items = await live.follow({ stream: 'group:d', after: live.cursorAt('group:d', 0) });
  const seen: unknown[] = [];
  for await (const item of items) {
    seen.push(item.kind === 'event' ? item.event.sequence : item.kind);
    if (item.kind === 'event' && item.event.sequence === 5) break;
  }
  expect(seen.filter((each) => each !== 'caughtUp')).toEqual([1, 'reset', 4, 5]);
  await live.close();
  await backplane.close();
});

test('an event carries a later time than those before it in its stream, whatever began first', async () => {
  const early = pgDatabase(database.url);
  await early.begin(async (executor) => {
    await executor.$queryRawUnsafe('SELECT 1');
    await append('group:e');
    await createEventLog(executor).append({
      type: 'groups.MemberJoined',
      stream: 'group:e',
      payload: JOINED,
    });
  });
  const [first, second] = await createEventLogReader(db).read('group:e', 0, 10);
  expect(Number(second?.occurredAt)).toBeGreaterThanOrEqual(Number(first?.occurredAt));
  expect([first?.sequence, second?.sequence]).toEqual([1, 2]);
  await early.close();
});

/** Deletes all at once, as housekeeping once did. */
const pruneAtOnce = (executor: SqlExecutor) =>
  executor.$executeRawUnsafe(
    `DELETE FROM inbox_entry WHERE handled_at < now() - interval '60 days'`,
  );

test('what is pruned takes a stream of its own along; the use of a limit goes after its longest window', async () => {
  await db.$executeRawUnsafe(
    `INSERT INTO event_stream VALUES ('cart:old', 3), ('cart:new', 2), ('old', 1)`,
  );
  await db.$executeRawUnsafe(
    `INSERT INTO quota_use VALUES ('guest:192.0.2.1', 'old', now() - interval '9 days', 4),
       ('usr_a', 'new', now() - interval '6 days', 1)`,
  );
  await db.$executeRawUnsafe(
    `INSERT INTO inbox_entry VALUES ('old', 'c', now() - interval '9 days'), ('new', 'c', now())`,
  );
  const rule = {
    table: 'inbox_entry',
    since: 'handled_at',
    days: 8,
    stream: `'cart:' || event_id`,
  };
  expect(await pruneRows(db, rule)).toBe(1);
  await tidyUp(db);
  const streams = await db.$queryRawUnsafe<{ stream: string }[]>(
    `SELECT stream FROM event_stream WHERE stream IN ('cart:old', 'cart:new', 'old') ORDER BY 1`,
  );
  expect(streams.map(({ stream }) => stream)).toEqual(['cart:new', 'old']);
  const uses = await db.$queryRawUnsafe<{ rule: string }[]>('SELECT rule FROM quota_use');
  expect(uses.map((use) => use.rule)).toEqual(['new']);
  await db.$executeRawUnsafe('DELETE FROM inbox_entry');
});

test('pruning goes in batches and waits for nobody, where deleting at once does', async () => {
  await db.$executeRawUnsafe(
    `INSERT INTO inbox_entry SELECT 'evt-' || n, 'consumer', now() - interval '61 days'
     FROM generate_series(1, 2500) n`,
  );
  await db.$executeRawUnsafe(`INSERT INTO inbox_entry VALUES ('fresh', 'consumer', now())`);
  const batches: number[] = [];
  const counted: SqlExecutor = {
    $executeRawUnsafe: db.$executeRawUnsafe,
    $queryRawUnsafe: async (sql, ...values) => {
      const rows = await db.$queryRawUnsafe<{ count: number }[]>(sql, ...values);
      batches.push(rows[0]?.count ?? 0);
      return rows as never;
    },
  };
  let naiveWaits = false;
  await db.begin(async (holder) => {
    await holder.$executeRawUnsafe(`SELECT 1 FROM inbox_entry WHERE event_id = 'evt-1' FOR UPDATE`);
    const naive = pruneAtOnce(db).then(
      () => {},
      () => {},
    );
    await until(async () => {
      const waiting = await db.$queryRawUnsafe<unknown[]>(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
           AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM inbox_entry%'`,
      );
      naiveWaits = waiting.length > 0;
      return naiveWaits;
    });
    await db.$queryRawUnsafe(
      `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
         AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM inbox_entry%'`,
    );
    await naive;
    const rule = { table: 'inbox_entry', since: 'handled_at', days: 60 };
    expect(await pruneRows(counted, rule, { pauseMs: 0 })).toBe(2_499);
  });
  expect(naiveWaits).toBe(true);
  expect(batches).toEqual([1_000, 1_000, 499]);
  const left = await db.$queryRawUnsafe<{ event_id: string }[]>('SELECT event_id FROM inbox_entry');
  expect(left.map((row) => row.event_id).sort()).toEqual(['evt-1', 'fresh']);
});
