import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDatabase, type TestDatabase, testBackplane, until } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backplane, PubSub } from '../src/backplane/index.ts';
import { createSignedCursors, createStreamCursors } from '../src/domain/signed-cursors.ts';
import {
  createEventLog,
  createEventLogReader,
  type EventLogReader,
  type RecordedEvent,
} from '../src/events/event-log.ts';
import {
  createLiveStreams,
  type LiveStreams,
  type StreamItem,
} from '../src/events/live-streams.ts';
import { openPool } from '../src/persistence/postgres-connections.ts';
import type { SqlExecutor } from '../src/persistence/sql-executor.ts';
import { silentLogger } from '../src/process/logging.ts';
import { badPubSub } from './bad-pubsub.ts';
import { followLogThenSubscribe } from './mutants/follow-log-then-subscribe.ts';

let database: TestDatabase;
let backplane: Backplane;
let pool: pg.Pool;
let log: EventLogReader;
const opened: LiveStreams[] = [];

beforeAll(async () => {
  [database, backplane] = await Promise.all([createDatabase('chat'), testBackplane()]);
  pool = openPool({ connectionString: database.url, max: 12 });
  log = createEventLogReader(executorOn(pool));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((live) => live.close()));
});
afterAll(async () => {
  await pool.end();
  await backplane.close();
  await database.drop();
});

/** A pool or a connection with the raw-SQL face of a Prisma client. */
const executorOn = (db: pg.Pool | pg.PoolClient): SqlExecutor => ({
  $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) =>
    (await db.query(sql, values)).rows as Rows,
  $executeRawUnsafe: async (sql, ...values) => (await db.query(sql, values)).rowCount ?? 0,
});

const cursorsOf = (subgraph = 'chat', secret = 'a secret for tests, long enough for anyone') =>
  createStreamCursors(subgraph, createSignedCursors(secret));

function open({
  pubsub = backplane.pubsub,
  reader = log,
  pollMs = 200,
  keptMs = 10_000,
} = {}): LiveStreams {
  const live = createLiveStreams({
    subgraph: 'chat',
    log: reader,
    pubsub,
    cursors: cursorsOf(),
    logger: silentLogger,
    ...{ pollMs, keptMs },
  });
  opened.push(live);
  return live;
}

let streams = 0;
const newStream = () => `room:test${++streams}`;

/** Commits one event, then announces it, as a use case does. */
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

interface Reader {
  /** Throws, as the two below do, what its stream ended with. */
  readonly items: readonly StreamItem[];
  readonly ended: boolean;
  sequences(): number[];
  stop(): Promise<unknown>;
}

function read(iterator: AsyncIterableIterator<StreamItem>): Reader {
  const items: StreamItem[] = [];
  let ended = false;
  let failure: unknown = null;
  (async () => {
    for await (const item of iterator) items.push(item);
    ended = true;
  })().catch((error: unknown) => {
    failure = error;
  });
  const check = () => {
    if (failure) throw failure;
  };
  return {
    get items() {
      check();
      return items;
    },
    get ended() {
      check();
      return ended;
    },
    sequences: () => {
      check();
      return items.flatMap((item) => (item.kind === 'event' ? [item.event.sequence] : []));
    },
    stop: async () => iterator.return?.(),
  };
}

const follow = async (live: LiveStreams, stream: string, after?: string) =>
  read(await live.follow({ stream, after }));

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('without a cursor a subscriber gets CaughtUp at once, then what happens from then on', async () => {
  const live = open();
  const stream = newStream();
  await write(live, stream, 3);
  const reader = await follow(live, stream);
  await write(live, stream, 2);
  await until(() => reader.sequences().length === 2);
  expect(reader.items[0]).toMatchObject({ kind: 'caughtUp', replayed: 0 });
  expect(reader.sequences()).toEqual([4, 5]);
});

test('with a cursor a subscriber gets what came after it, CaughtUp, and then what is live', async () => {
  const live = open();
  const stream = newStream();
  await write(live, stream, 5);
  const reader = await follow(live, stream, live.cursorAt(stream, 2));
  await until(() => reader.items.length === 4);
  await write(live, stream);
  await until(() => reader.sequences().length === 4);
  expect(reader.items.map(({ kind }) => kind)).toEqual([
    'event',
    'event',
    'event',
    'caughtUp',
    'event',
  ]);
  expect(reader.items[3]).toMatchObject({ replayed: 3 });
  expect(reader.sequences()).toEqual([3, 4, 5, 6]);
});

test('every cursor, of any item, continues right after it', async () => {
  const live = open();
  const stream = newStream();
  await write(live, stream, 3);
  const first = await follow(live, stream, live.cursorAt(stream, 0));
  await until(() => first.items.length === 4);
  for (const { cursor } of first.items) {
    const at = cursorsOf().sequenceOf(stream, cursor);
    const reader = await follow(live, stream, cursor);
    await until(() => reader.items.some(({ kind }) => kind === 'caughtUp'));
    expect(reader.sequences()).toEqual(upTo(3, at + 1));
  }
});

/** Subscribes at random moments while somebody writes; what each subscriber missed or got twice. */
async function faultsWhileWriting(
  followOnce: (live: LiveStreams, stream: string) => Promise<{ start: number; reader: Reader }>,
): Promise<number> {
  const live = open({ pollMs: 60_000 });
  const stream = newStream();
  const readers: { start: number; reader: Reader }[] = [];
  let writing = true;
  const writers = Array.from({ length: 3 }, async () => {
    while (writing) await write(live, stream);
  });
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
      readers.push(await followOnce(live, stream));
    }),
  );
  writing = false;
  await Promise.all(writers);
  // All current subscribers see the last event, whatever they missed before.
  let head = 0;
  await until(async () => {
    await write(live, stream);
    head = (await log.heads([stream])).get(stream) as number;
    const deadline = Date.now() + 1_000;
    const all = () => readers.every(({ reader }) => reader.sequences().at(-1) === head);
    while (!all() && Date.now() < deadline) await delay(10);
    return all();
  });
  return readers.filter(
    ({ start, reader }) =>
      JSON.stringify(reader.sequences()) !== JSON.stringify(upTo(head, start + 1)),
  ).length;
}

test('a hundred subscribers who come while others write miss nothing and get nothing twice', async () => {
  const faults = await faultsWhileWriting(async (live, stream) => {
    const start = (await log.heads([stream])).get(stream) as number;
    return { start, reader: await follow(live, stream, live.cursorAt(stream, start)) };
  });
  expect(faults).toBe(0);
});

test('reading the log before subscribing, the naive way, misses events', async () => {
  const faults = await faultsWhileWriting(async (_, stream) => {
    const start = (await log.heads([stream])).get(stream) as number;
    const naive = followLogThenSubscribe({ log, pubsub: backplane.pubsub }, stream, start);
    return { start, reader: read(naive as AsyncIterableIterator<StreamItem>) };
  });
  expect(faults).toBeGreaterThan(0);
});

test('lost, repeated and reordered hints change nothing but the time it takes', async () => {
  const live = open({ pubsub: badPubSub(backplane.pubsub), pollMs: 50 });
  const stream = newStream();
  const readers = await Promise.all(
    Array.from({ length: 10 }, () => follow(live, stream, live.cursorAt(stream, 0))),
  );
  await Promise.all(Array.from({ length: 4 }, () => write(live, stream, 50)));
  for (const reader of readers) {
    await until(() => reader.sequences().length >= 200);
    expect(reader.sequences()).toEqual(upTo(200));
  }
});

test('what a process committed itself it hears first, and once, though the server brings it again', async () => {
  let readings = 0;
  const reader: EventLogReader = {
    ...log,
    read: (...args) => {
      readings += 1;
      return log.read(...args);
    },
  };
  const heardFirst: unknown[] = [];
  const publish: PubSub['publish'] = async (topic, payload, options) => {
    heardFirst.push(options?.hereFirst);
    await backplane.pubsub.publish(topic, payload, options);
    await backplane.pubsub.publish(topic, payload);
  };
  const live = open({ pubsub: { ...backplane.pubsub, publish }, reader, pollMs: 60_000 });
  const stream = newStream();
  expect(live.isNewest(stream, 0)).toBe(false);
  const readers = [await follow(live, stream), await follow(live, stream)];
  await write(live, stream, 3);
  for (const each of readers) await until(() => each.sequences().length === 3);
  expect([live.isNewest(stream, 2), live.isNewest(stream, 3)]).toEqual([false, true]);
  await write(live, stream, 4);
  for (const each of readers) {
    await until(() => each.sequences().length === 7);
    expect(each.sequences()).toEqual(upTo(7));
  }
  expect([heardFirst, readings]).toEqual([Array(7).fill(true), 0]);
  expect(live.isNewest(stream, 6)).toBe(false);
});

test('without any hint the log is looked at, so nothing is late by more than that', async () => {
  const live = open({ pollMs: 100 });
  const stream = newStream();
  const reader = await follow(live, stream);
  await write(null, stream, 3);
  await until(() => reader.sequences().length === 3);
  expect(reader.sequences()).toEqual([1, 2, 3]);
});

test('however many streams are watched, the log is asked for a page of them at a time, and for all in turn', async () => {
  const asked: string[][] = [];
  const reader: EventLogReader = {
    ...log,
    heads: (streams) => {
      asked.push([...streams]);
      return log.heads(streams);
    },
  };
  const live = open({ reader, pollMs: 50 });
  const streams = Array.from({ length: 3_500 }, newStream);
  const stopped = new AbortController();
  const set = live.followSet(stopped);
  await set.watch(streams);
  for (const stream of streams) set.start(stream, 0, 0);
  asked.splice(0);
  await until(() => asked.length > 8);
  const sizes = asked.map(({ length }) => length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  // No stream twice before all came once.
  expect(new Set(asked.slice(4, 8).flat()).size).toBe(3_500);
  // Nobody hears of these but by the log.
  const quiet = [streams[0], streams[1_700], streams.at(-1)] as string[];
  for (const stream of quiet) await write(null, stream);
  const given = new Set<string>();
  while (given.size < quiet.length) given.add((await set.next())?.stream as string);
  expect([...given].sort()).toEqual([...quiet].sort());
  stopped.abort();
});

test('what came is kept at hand for a while, and is read from the log after that', async () => {
  let readings = 0;
  const reader: EventLogReader = {
    ...log,
    read: (...args) => {
      readings += 1;
      return log.read(...args);
    },
  };
  const live = open({ reader, pollMs: 20, keptMs: 300 });
  const stream = newStream();
  const waiting = await follow(live, stream);
  await write(live, stream, 3);
  await until(() => waiting.sequences().length === 3);
  const readingsOfOneWhoComes = async () => {
    readings = 0;
    const late = await follow(live, stream, live.cursorAt(stream, 0));
    await until(() => late.sequences().length === 3);
    expect(late.sequences()).toEqual([1, 2, 3]);
    await late.stop();
    return readings;
  };
  await until(async () => (await readingsOfOneWhoComes()) > 0);
  await write(live, stream);
  await until(() => waiting.sequences().length === 4);
  expect(waiting.sequences()).toEqual([1, 2, 3, 4]);
});

test('while pub/sub is away streams go on by looking at the log, and come back to it', async () => {
  let away = true;
  let subscribed = 0;
  const pubsub: PubSub = {
    ...backplane.pubsub,
    subscribe: async (topic, listener) => {
      if (away) throw new Error('away');
      subscribed += 1;
      return backplane.pubsub.subscribe(topic, listener);
    },
  };
  const live = open({ pubsub, pollMs: 100 });
  const stream = newStream();
  const reader = await follow(live, stream);
  await write(live, stream, 2);
  await until(() => reader.sequences().length === 2);
  away = false;
  await until(() => subscribed === 1);
});

test('a cursor of another stream, subgraph or secret, or an edited one, is bad input', async () => {
  const live = open();
  const stream = newStream();
  await write(live, stream, 2);
  const good = live.cursorAt(stream, 1);
  const last = good.at(-1) === 'A' ? 'B' : 'A';
  const forged = cursorsOf('chat', 'another secret, just as long as the real');
  for (const after of [
    live.cursorAt('room:other', 1),
    cursorsOf('orders').at(stream, 1),
    forged.at(stream, 1),
    `${last}${good.slice(1)}`,
    'MQ',
    '-1',
    '9223372036854775808',
    'x'.repeat(10_000),
    '',
  ]) {
    await expect(live.follow({ stream, after })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      argumentPath: ['after'],
    });
  }
});

test('a cursor ahead of the stream gets a reset, and the stream continues from its head', async () => {
  const live = open();
  const stream = newStream();
  await write(live, stream, 2);
  const reader = await follow(live, stream, live.cursorAt(stream, 1_000));
  await write(live, stream);
  await until(() => reader.items.length === 3);
  expect(reader.items).toMatchObject([
    { kind: 'reset', reason: 'CURSOR_UNKNOWN' },
    { kind: 'caughtUp', replayed: 0 },
    { kind: 'event', event: { sequence: 3 } },
  ]);
  expect(cursorsOf().sequenceOf(stream, reader.items[0]?.cursor as string)).toBe(2);
});

test('a cursor whose next event is no longer kept gets a reset instead of a hole', async () => {
  const live = open();
  const stream = newStream();
  await write(live, stream, 5);
  await pool.query('DELETE FROM event_record WHERE stream = $1 AND sequence <= 3', [stream]);
  const reset = await follow(live, stream, live.cursorAt(stream, 2));
  await until(() => reset.items.length === 2);
  expect(reset.items).toMatchObject([
    { kind: 'reset', reason: 'CURSOR_EXPIRED' },
    { kind: 'caughtUp', replayed: 0 },
  ]);
  const kept = await follow(live, stream, live.cursorAt(stream, 3));
  await until(() => kept.items.length === 3);
  expect(kept.sequences()).toEqual([4, 5]);
  await pool.query('DELETE FROM event_record WHERE stream = $1', [stream]);
  const current = await follow(live, stream, live.cursorAt(stream, 5));
  await until(() => current.items.length === 1);
  expect(current.items).toMatchObject([{ kind: 'caughtUp', replayed: 0 }]);
});

test('a reader who dawdles until its next event is deleted gets a reset', async () => {
  const live = open();
  const stream = newStream();
  const iterator = await live.follow({ stream });
  await iterator.next();
  await write(null, stream, 5);
  await pool.query('DELETE FROM event_record WHERE stream = $1 AND sequence <= 3', [stream]);
  expect((await iterator.next()).value).toMatchObject({ kind: 'reset', reason: 'CURSOR_EXPIRED' });
  expect((await iterator.next()).value).toMatchObject({ event: { sequence: 4 } });
});

test('a reader too far behind is asked to refetch rather than sent everything', async () => {
  const live = open();
  const stream = newStream();
  await pool.query(
    `INSERT INTO event_record (id, stream, sequence, type, version, payload)
     SELECT $1 || n, $1, n, 'chat.ParticipantsChanged', 1, '{}' FROM generate_series(1, 5001) n`,
    [stream],
  );
  await pool.query('INSERT INTO event_stream VALUES ($1, 5001)', [stream]);
  const reset = await follow(live, stream, live.cursorAt(stream, 0));
  await until(() => reset.items.length === 2);
  expect(reset.items[0]).toMatchObject({ kind: 'reset', reason: 'CURSOR_EXPIRED' });
  const all = await follow(live, stream, live.cursorAt(stream, 1));
  await until(() => all.items.length === 5_001);
  expect(all.sequences()).toEqual(upTo(5_001, 2));
});

describe('where all follow together, events that nobody can read may have ended anybody’s access', () => {
  const togetherFrom = async (live: LiveStreams, stream: string, after?: string) =>
    live.follow({ stream, after, reauthorise: () => null });
  const everyone = { kind: 'reset', reason: 'ACCESS_CHANGED', reauthorise: 'everyone' };

  test('pruned before the stream is opened again', async () => {
    const live = open();
    const stream = newStream();
    await write(live, stream, 5);
    await pool.query('DELETE FROM event_record WHERE stream = $1 AND sequence <= 3', [stream]);
    const reader = read(await togetherFrom(live, stream, live.cursorAt(stream, 2)));
    await write(live, stream);
    await until(() => reader.items.length === 3);
    expect(reader.items).toMatchObject([
      { ...everyone, position: 5 },
      { kind: 'caughtUp', replayed: 0 },
      { kind: 'event', event: { sequence: 6 } },
    ]);
  });

  test('too many to be replayed', async () => {
    const live = open();
    const stream = newStream();
    await pool.query('INSERT INTO event_stream VALUES ($1, 5001)', [stream]);
    const items = await togetherFrom(live, stream, live.cursorAt(stream, 0));
    expect((await items.next()).value).toMatchObject({ ...everyone, position: 5_001 });
    await items.return?.();
  });

  test('pruned while the reader dawdled', async () => {
    const live = open();
    const stream = newStream();
    const items = await togetherFrom(live, stream);
    await items.next();
    await write(null, stream, 5);
    await pool.query('DELETE FROM event_record WHERE stream = $1 AND sequence <= 3', [stream]);
    expect((await items.next()).value).toMatchObject({ ...everyone, position: 3 });
    expect((await items.next()).value).toMatchObject({ event: { sequence: 4 } });
    await items.return?.();
  });

  test('access lost according to the log: the final event follows what everybody knows, and the stream ends', async () => {
    const live = open();
    const stream = newStream();
    await write(live, stream, 2);
    const reader = read(await togetherFrom(live, stream, live.cursorAt(stream, 7)));
    await until(() => reader.ended);
    expect(reader.items).toMatchObject([{ ...everyone, position: 8 }]);
    expect(cursorsOf().sequenceOf(stream, reader.items[0]?.cursor as string)).toBe(2);
  });
});

test('who may not read an event gets ACCESS_CHANGED in its place, and the stream ends', async () => {
  const live = open();
  const stream = newStream();
  const mayRead = ({ sequence }: RecordedEvent) => sequence < 3;
  const reader = read(await live.follow({ stream, after: live.cursorAt(stream, 0), mayRead }));
  await write(live, stream, 5);
  await until(() => reader.ended);
  expect(reader.sequences()).toEqual([1, 2]);
  expect(reader.items.at(-1)).toMatchObject({ kind: 'reset', reason: 'ACCESS_CHANGED' });
});

test('a check of access that fails ends the stream and leaves no subscription behind', async () => {
  const { pubsub, topics } = counted(backplane.pubsub);
  const live = open({ pubsub });
  const stream = newStream();
  const iterator = await live.follow({
    stream,
    mayRead: () => {
      throw new Error('the database is away');
    },
  });
  await iterator.next();
  await write(live, stream);
  await expect(iterator.next()).rejects.toThrow('away');
  expect(await iterator.next()).toMatchObject({ done: true });
  await until(() => topics.size === 0);
});

/** A pub/sub that knows which topics somebody listens to, and how often each was subscribed. */
function counted(inner: PubSub) {
  const topics = new Map<string, number>();
  const pubsub: PubSub = {
    ...inner,
    subscribe: async (topic, listener) => {
      const unsubscribe = await inner.subscribe(topic, listener);
      topics.set(topic, (topics.get(topic) ?? 0) + 1);
      return async () => {
        await unsubscribe();
        const left = (topics.get(topic) ?? 0) - 1;
        if (left > 0) topics.set(topic, left);
        else topics.delete(topic);
      };
    },
  };
  return { pubsub, topics };
}

test('many subscribers of a stream share one subscription and one reading of the log', async () => {
  const { pubsub, topics } = counted(backplane.pubsub);
  let readings = 0;
  const reader: EventLogReader = {
    ...log,
    read: (...args) => {
      readings += 1;
      return log.read(...args);
    },
  };
  const live = open({ pubsub, reader, pollMs: 50 });
  const stream = newStream();
  const readers = await Promise.all(
    Array.from({ length: 200 }, () => follow(live, stream, live.cursorAt(stream, 0))),
  );
  expect([...topics.values()]).toEqual([1]);
  await until(() => readers.every(({ items }) => items.length === 1));
  await write(null, stream, 5);
  await until(() => readers.every((one) => one.sequences().length === 5));
  expect(readings).toBeLessThan(20);
  await write(live, stream, 5);
  await until(() => readers.every((one) => one.sequences().length === 10));
  await Promise.all(readers.map((one) => one.stop()));
  await until(() => topics.size === 0);
});

test('news that are none for those who are at the head wake none of them', async () => {
  const stream = newStream();
  await write(null, stream, 3);
  let asked = 0;
  const reader: EventLogReader = {
    ...log,
    read: (...of) => {
      asked += 1;
      return log.read(...of);
    },
    tail: (of) => {
      asked += 1;
      return log.tail(of);
    },
  };
  const live = open({ reader, pollMs: 20 });
  const readers = await Promise.all(Array.from({ length: 10 }, () => follow(live, stream)));
  await until(() => readers.every(({ items }) => items.length === 1));
  const late = (await log.read(stream, 0, 2)) as RecordedEvent[];
  live.announce(late);
  await delay(200);
  expect(asked).toBe(0);
  await write(live, stream);
  await until(() => readers.every((each) => each.sequences().length === 1));
});

test('what one who comes finds in the log is given to all who wait for it', async () => {
  const live = open({ pollMs: 60_000 });
  const stream = newStream();
  await write(live, stream, 2);
  const waiting = await follow(live, stream);
  await until(() => waiting.items.length === 1);
  await write(null, stream);
  await follow(live, stream, live.cursorAt(stream, 1));
  await until(() => waiting.sequences().length === 1);
  expect(waiting.sequences()).toEqual([3]);
});

test('stopping wakes a subscriber of a quiet stream at once', async () => {
  const live = open({ pollMs: 60_000 });
  const reader = await follow(live, newStream());
  await until(() => reader.items.length === 1);
  await reader.stop();
  await until(() => reader.ended);
});

test('thousands who come and go leave no subscription behind', async () => {
  const { pubsub, topics } = counted(backplane.pubsub);
  const live = open({ pubsub });
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const iterator = await live.follow({ stream: `room:churn${index % 10}` });
        if (index % 2 === 0) await iterator.next();
        await iterator.return?.();
      }),
    );
  }
  await until(() => topics.size === 0);
});

test('closing ends every subscriber, takes every subscription away and lets nobody in', async () => {
  const { pubsub, topics } = counted(backplane.pubsub);
  const live = open({ pubsub });
  const readers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => follow(live, `room:closing${index % 3}`)),
  );
  await live.close();
  await until(() => readers.every(({ ended }) => ended));
  await until(() => topics.size === 0);
  await expect(live.follow({ stream: 'room:late' })).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
});

/** Bytes on the heap that something still refers to. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('a reader who does not read costs no memory, and still finds everything in order', async () => {
  const live = open();
  const stream = newStream();
  const paused = await live.follow({ stream });
  await paused.next();
  const text = 'x'.repeat(2_000);
  const announce = (sequence: number) =>
    live.announce([
      {
        id: `${stream}-${sequence}`,
        position: sequence,
        stream,
        sequence,
        type: 'chat.ParticipantsChanged',
        version: 1,
        payload: { roomId: stream, joined: [text], left: [], banned: [] },
        occurredAt: new Date(),
      },
    ]);
  const settle = () => new Promise((resolve) => setTimeout(resolve, 100));
  await pool.query(
    `INSERT INTO event_record (id, stream, sequence, type, version, payload)
     SELECT $1 || '-' || n, $1, n, 'chat.ParticipantsChanged', 1, '{}'
     FROM generate_series(1, 20000) n`,
    [stream],
  );
  await pool.query('INSERT INTO event_stream VALUES ($1, 20000)', [stream]);
  const used = heapInUse();
  for (const sequence of upTo(20_000)) {
    announce(sequence);
    if (sequence % 500 === 0) await settle();
  }
  // 20,000 × 2 KB would be 40 MB; the watch keeps the newest 256 of them, some 0.5 MB.
  expect((heapInUse() - used) / 1e6).toBeLessThan(10);
  for (const sequence of upTo(3_000)) {
    expect((await paused.next()).value).toMatchObject({ event: { sequence } });
  }
});
