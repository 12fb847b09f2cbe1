import { randomUUID } from 'node:crypto';
import { type Backplane, createBackplane } from '@souk/runtime/backplane';
import {
  createEventLog,
  createInbox,
  type EventName,
  eventQueueOf,
  type HandOverTimes,
  type RecordedEvent,
  startConsumers,
  startRelay,
} from '@souk/runtime/events';
import type { SqlExecutor } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, redisUrl, type TestDatabase, until } from '@souk/testkit';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTakingConfirmations } from '../src/events/confirmations.ts';
import { defaultTimes, handOverBatch, Repetition } from '../src/events/hand-over.ts';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

/**
 * The log of groups and the consumer of chat, the only one of such events, on one database, with queues that
 * lose everything.
 */
describe.skipIf(!redisUrl())('events whose queue is lost', () => {
  const queue = eventQueueOf('chat');
  let database: TestDatabase;
  let db: PgDatabase;
  let prefix: string;
  let backplane: Backplane;
  let redis: Redis;
  let closers: (() => Promise<unknown>)[];

  beforeEach(async () => {
    database = await createDatabase('groups');
    db = pgDatabase(database.url);
    await db.$executeRawUnsafe('CREATE TABLE effect (event_id text)');
    prefix = `lost-${randomUUID().slice(0, 8)}`;
    const url = redisUrl() as string;
    backplane = await createBackplane({ redisUrl: url, keyPrefix: prefix });
    redis = new Redis(url);
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers.reverse()) await close();
    await Promise.all([db.close(), backplane.close(), redis.quit()]);
    await database.drop();
  });

  /**
   * Does what FLUSHALL does, but only to our own keys on a server that others use too: in one moment, because
   * no fault loses only a part of a job.
   */
  const loseAll = (pattern = `*${prefix}*`) =>
    redis.eval(
      "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end",
      ...([0, pattern] as const),
    );
  const relay = (times: HandOverTimes) => {
    const { jobs } = backplane;
    const started = startRelay({
      databaseUrl: database.url,
      jobs,
      logger: silentLogger,
      pollMs: 20,
      times,
    });
    closers.push(started.close);
    return started;
  };
  const consume = () => {
    const worker = startConsumers<{ sql: PgDatabase }>({
      subgraph: 'chat',
      consumers: [
        {
          name: 'effect',
          consumes: 'groups.MemberUnmuted' as EventName,
          handle: async ({ eventId }, { sql }) => {
            await sql.$executeRawUnsafe('INSERT INTO effect VALUES ($1)', eventId);
          },
        },
      ],
      transaction: (work) =>
        db.begin((executor) => work({ sql: executor as PgDatabase, inbox: createInbox(executor) })),
      jobs: backplane.jobs,
      logger: silentLogger,
    });
    closers.push(() => worker.close());
  };
  const takeConfirmations = () => {
    const worker = startTakingConfirmations({ subgraph: 'groups', db, jobs: backplane.jobs });
    closers.push(() => worker.close());
  };
  const append = (count: number) =>
    db.begin(async (executor) => {
      const log = createEventLog(executor);
      const events: RecordedEvent[] = [];
      for (let index = 0; index < count; index += 1) {
        const member = { groupId: 'g', memberId: `m-${index}`, userId: 'u', role: 'MEMBER' };
        const payload = { ...member, joinedAt: new Date().toISOString() };
        events.push(
          await log.append({
            type: 'groups.MemberUnmuted',
            stream: 'group:g',
            payload: payload as never,
          }),
        );
      }
      return events.map(({ id }) => id).sort();
    });
  const effects = async () =>
    (await db.$queryRawUnsafe<{ event_id: string }[]>('SELECT event_id FROM effect'))
      .map((row) => row.event_id)
      .sort();
  const waiting = async () =>
    Number(
      (
        await db.$queryRawUnsafe<[{ count: string }]>(
          'SELECT count(*) AS count FROM event_delivery',
        )
      )[0].count,
    );

  /** Notes each statement that is sent. */
  const noting = (sent: string[], on: SqlExecutor = db): Parameters<typeof handOverBatch>[0] => ({
    $queryRawUnsafe: async (text, ...values) => {
      sent.push(text);
      return on.$queryRawUnsafe(text, ...values);
    },
    $executeRawUnsafe: async (text, ...values) => {
      sent.push(text);
      return on.$executeRawUnsafe(text, ...values);
    },
  });

  const SOON: HandOverTimes = { againMs: 100, againAtMostMs: 400 };
  /** The mutant: handing over once and calling it done, as when Redis held the only copy. */
  const ONCE: HandOverTimes = { againMs: 1e9, againAtMostMs: 1e9 };

  test('are handed over again until they are confirmed, and handled once', async () => {
    relay(SOON);
    const ids = await append(40);
    await until(async () => (await backplane.jobs.backlog(queue)) === 40);
    await loseAll();
    takeConfirmations();
    consume();
    await until(async () => (await waiting()) === 0);
    expect(await effects()).toEqual(ids);
  });

  test('are taken and put off by one statement, and due again at once where no queue took them', async () => {
    const ids = await append(40);
    const sent: string[] = [];
    const counted = noting(sent);
    const handOver = (add: Backplane['jobs']['add']) =>
      handOverBatch(counted, { add }, ONCE, new Repetition());
    await expect(handOver(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(sent).toHaveLength(2);
    const taken: string[] = [];
    const take: Backplane['jobs']['add'] = async (_queue, jobs) => {
      taken.push(...jobs.map(({ id }) => id));
    };
    expect(await handOver(take)).toBe(40);
    expect(sent).toHaveLength(3);
    expect(taken.sort()).toEqual(ids);
    expect(await handOver(take)).toBe(0);
  });

  test('are handed over at once, and together what is committed within a moment of that', async () => {
    const sent: string[] = [];
    const relay = startRelay({
      databaseUrl: database.url,
      jobs: backplane.jobs,
      logger: silentLogger,
      gatherMs: 1e9,
      onStatement: (sql) => sent.push(sql),
    });
    closers.push(relay.close);
    await append(1);
    await until(async () => (await backplane.jobs.backlog(queue)) === 1);
    const before = sent.length;
    for (let count = 0; count < 5; count += 1) await append(1);
    expect(sent).toHaveLength(before);
    expect(await relay.drain()).toBe(5);
    expect(sent).toHaveLength(before + 1);
  });

  test('are handed over again as each becomes due, not in a crowd when somebody looks next', async () => {
    const ids = await append(50);
    await db.$executeRawUnsafe(
      "UPDATE event_delivery SET times = 1, due_at = now() + (sequence - 10) * interval '20 milliseconds'",
    );
    const again = new Set<string>();
    const started = startRelay({
      databaseUrl: database.url,
      jobs: {
        ...backplane.jobs,
        add: async (_queue, jobs) => {
          for (const { id } of jobs) again.add(id);
        },
      },
      logger: silentLogger,
      // Nothing is said, so that the first look is the only one that it owes to anything else.
      pollMs: 1e9,
    });
    closers.push(started.close);
    await until(async () => again.size === ids.length);
  });

  test('are spread while their consumer is away, so that what is new does not wait behind them', async () => {
    const NO_PAUSE: HandOverTimes = { againMs: 1, againAtMostMs: 1 };
    const isDue = async () =>
      (
        await db.$queryRawUnsafe<[{ due: string }]>(
          'SELECT count(*) AS due FROM event_delivery WHERE due_at <= now()',
        )
      )[0].due === '400';
    /**
     * What happens to four hundred events that are handed over for the third time, and over how many seconds
     * they are spread.
     */
    const spreadBy = async (repetition: () => Repetition) => {
      await db.$executeRawUnsafe('DELETE FROM event_delivery');
      await append(400);
      for (let time = 0; time < 3; time += 1) {
        await db.$executeRawUnsafe('UPDATE event_delivery SET due_at = now()');
        await until(isDue);
        // In one transaction, in which the database's clock stands still as well.
        await db.begin(async (executor) => {
          for (let batch = 0; batch < 2; batch += 1) {
            const statements = noting([], executor);
            await handOverBatch(statements, { add: async () => {} }, NO_PAUSE, repetition());
          }
        });
      }
      const [{ seconds }] = await db.$queryRawUnsafe<[{ seconds: string }]>(
        'SELECT extract(epoch FROM max(due_at) - min(due_at)) AS seconds FROM event_delivery',
      );
      return Number(seconds);
    };
    // A clock that stands still, so that a busy machine changes nothing.
    const still = () => new Repetition(() => 0);
    const one = still();
    // Four hundred repeats at five hundred a second, the second half of them behind the first, and each behind the one before it.
    expect(await spreadBy(() => one)).toBeGreaterThanOrEqual(0.79);
    // Tries that no queue accepted take up no time of those that come after them.
    const refused = new Repetition();
    const away = () => Promise.reject(new Error('away'));
    await db.$executeRawUnsafe('UPDATE event_delivery SET due_at = now()');
    for (let time = 0; time < 20; time += 1) {
      const tried = handOverBatch(noting([]), { add: away }, NO_PAUSE, refused);
      await expect(tried).rejects.toThrow('away');
    }
    expect(refused.pauseMs).toBe(0);
    // The mutant: a batch does not know the earlier ones, so that they are all due together, however many
    // wait.
    expect(await spreadBy(still)).toBeLessThan(0.5);
  });

  test('are lost for good by a relay that calls handed over done', async () => {
    const once = relay(ONCE);
    await append(40);
    await until(async () => (await backplane.jobs.backlog(queue)) === 40);
    await loseAll();
    consume();
    await backplane.jobs.add(queue, [{ id: 'behind-all', name: 'no.SuchEvent', data: {} }]);
    expect(await once.drain()).toBe(0);
    expect([await backplane.jobs.backlog(queue), await effects()]).toEqual([1, []]);
    expect(await waiting()).toBe(40);
  });

  test('are confirmed again when the confirmation is what was lost', async () => {
    relay(SOON);
    consume();
    const ids = await append(5);
    await until(async () => (await effects()).length === 5);
    const confirmed = `*${prefix}*confirmed.groups*`;
    await until(async () => (await redis.keys(confirmed)).length > 0);
    await loseAll(confirmed);
    takeConfirmations();
    await until(async () => (await waiting()) === 0);
    expect(await effects()).toEqual(ids);
  });

  test('are handed over within a minute, however often they were before', async () => {
    const usual = relay(defaultTimes);
    await append(1);
    await until(async () => (await backplane.jobs.backlog(queue)) === 1);
    for (const times of [0, 3, 4, 5, 30, 1_000]) {
      await db.$executeRawUnsafe(`UPDATE event_delivery SET times = ${times}, due_at = now()`);
      await usual.drain();
      const [{ seconds }] = await db.$queryRawUnsafe<[{ seconds: number }]>(
        'SELECT extract(epoch FROM due_at - now())::float AS seconds FROM event_delivery',
      );
      expect(seconds).toBeLessThanOrEqual(40);
    }
  });

  test('wait in the queue once, however often they are handed over', async () => {
    relay({ againMs: 1, againAtMostMs: 1 });
    await append(3);
    await until(
      async () =>
        (
          await db.$queryRawUnsafe<[{ least: number }]>(
            'SELECT min(times) AS least FROM event_delivery',
          )
        )[0].least >= 5,
    );
    expect(await backplane.jobs.backlog(queue)).toBe(3);
  });
});
