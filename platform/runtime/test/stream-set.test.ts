import { createDatabase, type TestDatabase, testBackplane, until } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Backplane } from '../src/backplane/index.ts';
import { createSignedCursors, createStreamCursors } from '../src/domain/signed-cursors.ts';
import {
  createEventLog,
  createEventLogReader,
  type EventLogReader,
  type RecordedEvent,
} from '../src/events/event-log.ts';
import { createLiveStreams, type LiveStreams } from '../src/events/live-streams.ts';
import type { StreamSet } from '../src/events/stream-set.ts';
import { openPool } from '../src/persistence/postgres-connections.ts';
import type { SqlExecutor } from '../src/persistence/sql-executor.ts';
import { silentLogger } from '../src/process/logging.ts';
import { badPubSub } from './bad-pubsub.ts';

let database: TestDatabase;
let backplane: Backplane;
let pool: pg.Pool;
let log: EventLogReader;
const stopping: AbortController[] = [];
const opened: LiveStreams[] = [];

beforeAll(async () => {
  [database, backplane] = await Promise.all([createDatabase('chat'), testBackplane()]);
  pool = openPool({ connectionString: database.url, max: 8 });
  log = createEventLogReader(executorOn(pool));
});
afterEach(async () => {
  for (const stopped of stopping.splice(0)) stopped.abort();
  await Promise.all(opened.splice(0).map((live) => live.close()));
});
afterAll(async () => {
  await pool.end();
  await backplane.close();
  await database.drop();
});

const executorOn = (db: pg.Pool | pg.PoolClient): SqlExecutor => ({
  $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) =>
    (await db.query(sql, values)).rows as Rows,
  $executeRawUnsafe: async (sql, ...values) => (await db.query(sql, values)).rowCount ?? 0,
});

function open({ pubsub = backplane.pubsub } = {}) {
  const live = createLiveStreams({
    subgraph: 'chat',
    log,
    pubsub,
    cursors: createStreamCursors('chat', createSignedCursors('a secret for tests, long enough')),
    logger: silentLogger,
    pollMs: 100,
  });
  opened.push(live);
  const stopped = new AbortController();
  stopping.push(stopped);
  return { live, stopped, set: live.followSet(stopped) };
}

let streams = 0;
const newStream = () => `room:set${++streams}`;

/** Commits this many events of one stream, each in a transaction, and announces them. */
async function write(live: LiveStreams | null, stream: string, count = 1): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const recorded: RecordedEvent[] = [];
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await createEventLog(executorOn(client), (event) => recorded.push(event)).append({
        type: 'chat.ParticipantsChanged',
        stream,
        payload: { roomId: stream, joined: [], left: [], banned: [] },
      });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    live?.announce(recorded);
  }
}

/** What a set returns, by stream; a gap is a 0. */
function read(set: StreamSet) {
  const given = new Map<string, number[]>();
  const reading = (async () => {
    for (let run = await set.next(); run; run = await set.next()) {
      const sequences = run.isGap ? [0] : run.events.map(({ sequence }) => sequence);
      given.set(run.stream, [...(given.get(run.stream) ?? []), ...sequences]);
    }
  })();
  return { of: (stream: string) => given.get(stream) ?? [], reading };
}
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('each event of each stream is given once and in order, from where each began', async () => {
  const { live, set } = open();
  const names = [newStream(), newStream(), newStream()];
  await write(live, names[0] as string, 4);
  await set.watch(names);
  const heads = await log.heads(names);
  const reader = read(set);
  for (const [index, name] of names.entries()) {
    set.start(name, index === 0 ? 2 : 0, heads.get(name));
  }
  await Promise.all(names.map((name) => write(live, name, 20)));
  await until(() => names.every((name) => reader.of(name).length >= 20));
  await until(() => reader.of(names[0] as string).length === 22);
  expect(names.map((name) => reader.of(name))).toEqual([upTo(24, 3), upTo(20), upTo(20)]);
});

test('streams are added and taken away while it runs', async () => {
  const { live, set } = open();
  const [first, second] = [newStream(), newStream()];
  const reader = read(set);
  await set.watch([first]);
  set.start(first, 0);
  await write(live, first, 2);
  await until(() => reader.of(first).length === 2);
  // Events from before it was added are returned too, if it starts there.
  await write(live, second, 3);
  await set.watch([second]);
  set.start(second, 1);
  await until(() => reader.of(second).length === 2);
  set.remove(first);
  await write(live, first, 2);
  await write(live, second);
  await until(() => reader.of(second).length === 3);
  expect([reader.of(first), reader.of(second)]).toEqual([upTo(2), upTo(4, 2)]);
  await set.watch([first]);
  set.start(first, 3);
  await until(() => reader.of(first).length === 3);
  expect(reader.of(first)).toEqual([1, 2, 4]);
});

test('a stream that nobody watches cannot be begun with, also one that was taken away', async () => {
  const { set, stopped } = open();
  const stream = newStream();
  expect(() => set.start(stream, 0)).toThrow('not watched');
  await set.watch([stream]);
  set.remove(stream);
  expect(() => set.start(stream, 0)).toThrow('not watched');
  stopped.abort();
  // A reader that was stopped meanwhile ends without an error.
  await set.watch([stream]);
  set.start(stream, 0);
  expect(await set.next()).toBeNull();
});

test('hints that are lost, repeated or late change nothing', async () => {
  const { live, set } = open({ pubsub: badPubSub(backplane.pubsub) });
  const names = [newStream(), newStream()];
  await set.watch(names);
  const reader = read(set);
  for (const name of names) set.start(name, 0, 0);
  await Promise.all(names.map((name) => write(live, name, 30)));
  await until(() => names.every((name) => reader.of(name).length >= 30));
  expect(names.map((name) => reader.of(name))).toEqual([upTo(30), upTo(30)]);
});

test('what is no longer kept is said, not stepped over', async () => {
  const { live, set } = open();
  const stream = newStream();
  await write(live, stream, 6);
  await pool.query('DELETE FROM event_record WHERE stream = $1 AND sequence <= 3', [stream]);
  await set.watch([stream]);
  set.start(stream, 1);
  const reader = read(set);
  await until(() => reader.of(stream).length === 4);
  expect(reader.of(stream)).toEqual([0, 4, 5, 6]);
});

test('whoever waits is let go when it is stopped, or all streams are', async () => {
  const [one, other] = [open(), open()];
  const stream = newStream();
  await Promise.all([one, other].map(({ set }) => set.watch([stream])));
  for (const { set } of [one, other]) set.start(stream, 0, 0);
  const waiting = [one, other].map(({ set }) => set.next());
  one.stopped.abort();
  await other.live.close();
  expect(await Promise.all(waiting)).toEqual([null, null]);
});
