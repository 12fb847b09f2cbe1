import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until, untilItWorks } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Backplane } from '../src/backplane/index.ts';
import { connectRedisBackplane } from '../src/backplane/kinds.ts';
import { type OwnRedis, startOwnRedis, withoutRedis } from './backplane.redis-server.ts';

/** What the Redis backplane does beyond the contract: when connections or Redis itself go away. */
const unavailable = { category: 'UNAVAILABLE' };
/** Milliseconds, on a machine however busy: who waits for a Redis that is away waits for ever. */
const SOON = 10_000;
const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

interface Timed<T> {
  value: T | undefined;
  error: unknown;
  tookMs: number;
}

const timed = async <T>(work: Promise<T>): Promise<Timed<T>> => {
  const start = Date.now();
  const outcome = await work.then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  return { ...outcome, tookMs: Date.now() - start };
};

describe.skipIf(withoutRedis)('a Redis backplane', () => {
  let redis: OwnRedis;
  let backplane: Backplane;
  const prefix = unique('outage');
  const connect = () => connectRedisBackplane({ url: redis.url, keyPrefix: prefix });
  const channelOf = (topic: string) => `${prefix}:topic:${topic}`;
  const upstream = async (topic: string) =>
    Number((await redis.inspect.pubsub('NUMSUB', channelOf(topic)))[1]);

  beforeAll(async () => {
    redis = await startOwnRedis();
    backplane = await connect();
  });
  afterAll(async () => {
    await backplane?.close();
    await redis?.remove();
  });

  test('subscribes once to a topic, however many listen in this process', async () => {
    const topic = unique('topic');
    const joins = Array.from({ length: 50 }, () => backplane.pubsub.subscribe(topic, () => {}));
    const leaves = await Promise.all(joins);
    expect(await upstream(topic)).toBe(1);
    for (const leave of leaves.slice(1)) await leave();
    expect(await upstream(topic)).toBe(1);
    await leaves[0]?.();
    await expect.poll(() => upstream(topic)).toBe(0);
  });

  test('subscribes again after its connection was cut, and says so', async () => {
    const topics = [unique('topic'), unique('topic')];
    const seen: unknown[] = [];
    const leaves = await Promise.all(
      topics.map((topic) => backplane.pubsub.subscribe(topic, (payload) => seen.push(payload))),
    );
    const resubscribed = vi.fn();
    const stop = backplane.pubsub.onResubscribed(resubscribed);
    for (let round = 1; round <= 3; round += 1) {
      await redis.inspect.client('KILL', 'TYPE', 'pubsub');
      await untilItWorks(() => expect(resubscribed).toHaveBeenCalledTimes(round));
      // From the moment it is told, nothing is missed any more.
      for (const topic of topics) await backplane.pubsub.publish(topic, round);
      await expect.poll(() => seen.filter((payload) => payload === round)).toHaveLength(2);
    }
    await stop();
    await Promise.all(leaves.map((leave) => leave()));
  });

  test('forgets what was left while the connection was cut', async () => {
    const [kept, left] = [unique('kept'), unique('left')];
    const stay = await backplane.pubsub.subscribe(kept, () => {});
    const leave = await backplane.pubsub.subscribe(left, () => {});
    const resubscribed = new Promise<void>((resolve) => {
      backplane.pubsub.onResubscribed(() => resolve());
    });
    await redis.inspect.client('KILL', 'TYPE', 'pubsub');
    await leave();
    await resubscribed;
    expect(await upstream(kept)).toBe(1);
    expect(await upstream(left)).toBe(0);
    await stay();
  });

  test('survives that every connection is cut, again and again', async () => {
    const queue = unique('queue');
    const handled = new Set<string>();
    const worker = backplane.jobs.work(queue, async ({ id }) => void handled.add(id));
    const accepted: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      const id = `job-${round}`;
      await untilItWorks(() => backplane.jobs.add(queue, [{ id, name: 'test', data: {} }]));
      accepted.push(id);
      await redis.inspect.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await redis.inspect.client('KILL', 'TYPE', 'pubsub');
    }
    await untilItWorks(() => expect([...handled].sort()).toEqual(accepted.sort()));
    await untilItWorks(() => backplane.ping());
    await worker.close();
  });

  test('answers quickly while Redis is down, and works on when it is back', async () => {
    const [topic, queue] = [unique('topic'), unique('queue')];
    const allowance = { rule: unique('outage'), points: 3, perSeconds: 60 };
    const lease = { userId: 'usr_1', connectionId: 'c1' };
    const seen: unknown[] = [];
    const leave = await backplane.pubsub.subscribe(topic, (payload) => seen.push(payload));
    const resubscribed = vi.fn();
    const stop = backplane.pubsub.onResubscribed(resubscribed);
    const handled: string[] = [];
    const worker = backplane.jobs.work(queue, async ({ id }) => void handled.push(id));
    await backplane.jobs.add(queue, [{ id: 'before', name: 'test', data: {} }]);
    await expect.poll(() => handled).toEqual(['before']);

    await redis.kill();
    await expect.poll(() => backplane.ping().catch(() => 'down')).toBe('down');
    const failing = {
      publish: timed(backplane.pubsub.publish(topic, 'lost')),
      renew: timed(backplane.presence.renew(lease, 30)),
      connected: timed(backplane.presence.connected(['usr_1'])),
      claim: timed(backplane.cache.claimOnce('key', 30)),
      delete: timed(backplane.cache.delete('key')),
    };
    for (const [name, command] of Object.entries(failing)) {
      const { error, tookMs } = await command;
      expect(error, name).toMatchObject(unavailable);
      expect(tookMs, name).toBeLessThan(SOON);
    }
    const add = await timed(backplane.jobs.add(queue, [{ id: 'lost', name: 'test', data: {} }]));
    expect(add.error).toBeInstanceOf(Error);
    expect(add.tookMs).toBeLessThan(SOON);
    const lateQueue = await timed(backplane.jobs.backlog(unique('new')));
    expect(lateQueue.error).toMatchObject(unavailable);
    expect(lateQueue.tookMs).toBeLessThan(SOON);
    const join = await timed(backplane.pubsub.subscribe(unique('topic'), () => {}));
    expect(join.error).toMatchObject(unavailable);
    expect(join.tookMs).toBeLessThan(SOON);
    expect(await backplane.cache.get('key')).toBeUndefined();
    expect(await backplane.cache.getMany(['{key}', '{key}s'])).toEqual([undefined, undefined]);
    await backplane.cache.set('key', 1, 30);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => backplane.rateLimit.consume('usr_1', allowance)),
    );
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3);
    expect(await backplane.rateLimit.used('usr_1', allowance)).toBeGreaterThanOrEqual(3);
    const joining = backplane.pubsub.subscribe(unique('topic'), () => {});

    await redis.start();
    await untilItWorks(() => backplane.ping());
    await untilItWorks(() => expect(resubscribed).toHaveBeenCalled());
    await (await joining)();
    await backplane.pubsub.publish(topic, 'after');
    await expect.poll(() => seen).toEqual(['after']);
    expect(await backplane.presence.renew(lease, 30)).toBe(true);
    // Each connection comes back in its own time; the relay, too, tries again.
    await untilItWorks(() => backplane.jobs.add(queue, [{ id: 'after', name: 'test', data: {} }]));
    await expect.poll(() => handled).toEqual(['before', 'after']);
    expect((await backplane.rateLimit.consume('usr_1', allowance)).remaining).toBe(2);
    await stop();
    await leave();
    await worker.close();
  });

  test.each([
    ['hangs', () => redis.freeze(), () => redis.thaw()],
    ['is killed', () => redis.kill(), () => redis.start()],
  ])('has nobody wait once Redis is known to be away: %s', async (_, away, back) => {
    const allowance = { rule: unique('known away'), points: 1_000, perSeconds: 60 };
    const calls = (): Promise<unknown>[] => [
      backplane.pubsub.publish(unique('topic'), 'lost'),
      backplane.presence.renew({ userId: 'usr_1', connectionId: 'c1' }, 30),
      backplane.presence.connected(['usr_1']),
      backplane.cache.claimOnce(unique('key'), 30),
      backplane.cache.get('key'),
      backplane.cache.set('key', 1, 30),
      backplane.rateLimit.consume('usr_1', allowance),
    ];
    await backplane.ping();
    await away();
    await backplane.presence.connected(['usr_1']).catch(() => {});
    // Each call to a hanging server waits half a second.
    await until(
      async () => {
        const all = await timed(Promise.allSettled(calls()));
        return all.tookMs < 100 && (await backplane.ping().catch(() => 'away')) === 'away';
      },
      { describe: () => 'calls are still waiting for Redis' },
    );
    await back();
    await untilItWorks(() => backplane.ping());
    expect(await backplane.cache.claimOnce(unique('key'), 30)).toBe(true);
  });

  const config = (name: string, value: string) => redis.inspect.config('SET', name, value);
  const allow = (...rights: string[]) => redis.inspect.call('ACL', 'SETUSER', 'default', ...rights);
  test.each([
    ['has no memory left', () => config('maxmemory', '1'), () => config('maxmemory', '0')],
    [
      'lets others write alone',
      () => allow('-@write', '-evalsha', '-eval'),
      () => allow('+@write', '+evalsha', '+eval'),
    ],
    [
      'has another password',
      async () => {
        await config('requirepass', 'new');
        // A caller that was let in stays in.
        await redis.inspect.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
      () => config('requirepass', ''),
    ],
    [
      'is read only',
      () => redis.inspect.replicaof('127.0.0.1', 1),
      () => redis.inspect.replicaof('NO', 'ONE'),
    ],
  ])('takes a Redis that %s for one that is away', async (_, spoil, mend) => {
    const [queue, key] = [unique('queue'), unique('key')];
    const allowance = { rule: unique('spoilt'), points: 3, perSeconds: 60 };
    await untilItWorks(() => backplane.ping());
    await backplane.cache.set(key, 1, 30);
    await backplane.jobs.add(queue, [{ id: 'before', name: 'test', data: {} }]);
    await spoil();
    try {
      await expect(backplane.cache.claimOnce(unique('key'), 30)).rejects.toMatchObject(unavailable);
      const others: Promise<unknown>[] = [
        backplane.presence.renew({ userId: 'usr_1', connectionId: 'c1' }, 30),
        backplane.presence.connected(['usr_1']),
        backplane.pubsub.publish(unique('topic'), 'lost'),
        backplane.cache.delete(key),
      ];
      for (const outcome of await Promise.allSettled(others)) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(unavailable);
      }
      expect([undefined, 1]).toContain(await backplane.cache.get(key));
      await backplane.cache.set(key, 2, 30);
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => backplane.rateLimit.consume('usr_1', allowance)),
      );
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3);
    } finally {
      await mend();
    }
    await untilItWorks(() => backplane.ping());
    await untilItWorks(() => backplane.cache.claimOnce(unique('key'), 30));
    await untilItWorks(() => backplane.jobs.add(queue, [{ id: 'after', name: 'test', data: {} }]));
  });

  test('loses no accepted job when Redis is killed at full speed', async () => {
    const queue = unique('queue');
    const accepted = new Set<string>();
    let producing = true;
    const produce = async (producer: number) => {
      for (let count = 0; producing; count += 1) {
        const id = `job-${producer}-${count}`;
        const added = backplane.jobs.add(queue, [{ id, name: 'test', data: {} }]);
        await added.then(
          () => accepted.add(id),
          () => delay(20),
        );
      }
    };
    const producers = Array.from({ length: 8 }, (_, producer) => produce(producer));
    for (let kill = 0; kill < 3; kill += 1) {
      const before = accepted.size;
      await untilItWorks(() => expect(accepted.size).toBeGreaterThan(before + 100));
      await redis.kill();
      await redis.start();
    }
    producing = false;
    await Promise.all(producers);
    const handled = new Set<string>();
    const worker = backplane.jobs.work(queue, async ({ id }) => void handled.add(id), {
      concurrency: 20,
    });
    const missing = () => [...accepted].filter((id) => !handled.has(id));
    await untilItWorks(() => expect(missing()).toEqual([]));
    await worker.close();
  });

  test('does not wait for a Redis that has stopped answering', async () => {
    const allowance = { rule: unique('frozen'), points: 1, perSeconds: 60 };
    await backplane.rateLimit.consume('usr_1', allowance);
    redis.freeze();
    try {
      const times: number[] = [];
      for (let again = 0; again < 3; again += 1) {
        const publish = await timed(backplane.pubsub.publish('topic', 1));
        expect(publish.error).toMatchObject(unavailable);
        times.push(publish.tookMs);
      }
      // A machine that is busy holds up one of them, and not each.
      expect(Math.min(...times)).toBeLessThan(900);
      const limited = await timed(backplane.rateLimit.consume('usr_2', allowance));
      expect(limited.value?.allowed).toBe(true);
      expect(limited.tookMs).toBeLessThan(SOON);
    } finally {
      redis.thaw();
    }
    await untilItWorks(() => backplane.ping());
  });

  test('closing a worker while Redis hangs does not affect other workers', async () => {
    const handled: string[] = [];
    const workOn = (queue: string) =>
      backplane.jobs.work(queue, async ({ id }) => void handled.push(id));
    const added = (queue: string, id: string) =>
      untilItWorks(() => backplane.jobs.add(queue, [{ id, name: 'test', data: {} }]));
    const [staying, leaving, coming] = [unique('stays'), unique('leaves'), unique('comes')];
    const stays = workOn(staying);
    const leaves = workOn(leaving);
    await added(leaving, 'before');
    await untilItWorks(() => expect(handled).toEqual(['before']));
    redis.freeze();
    try {
      await leaves.close();
    } finally {
      redis.thaw();
    }
    const comes = workOn(coming);
    await added(staying, 'stays');
    await added(coming, 'comes');
    await untilItWorks(() => expect([...handled].sort()).toEqual(['before', 'comes', 'stays']));
    await Promise.all([stays.close(), comes.close()]);
  });

  test('starts without Redis and uses it as soon as it is there', async () => {
    await redis.kill();
    const early = await timed(connect());
    expect(early.tookMs).toBeLessThan(SOON);
    const started = early.value as Backplane;
    await expect(started.ping()).rejects.toThrow();
    await redis.start();
    await untilItWorks(() => started.ping());
    const seen: unknown[] = [];
    await started.pubsub.subscribe('topic', (payload) => seen.push(payload));
    await started.pubsub.publish('topic', 'hello');
    await expect.poll(() => seen).toEqual(['hello']);
    await started.close();
  });

  test('closes while Redis is down, without waiting for it', async () => {
    const leaving = await connect();
    await leaving.pubsub.subscribe('topic', () => {});
    await leaving.jobs.add(unique('queue'), [{ id: 'one', name: 'test', data: {} }]);
    const worker = leaving.jobs.work(unique('queue'), async () => {});
    await worker.close();
    leaving.jobs.work(unique('queue'), async () => {});
    await delay(100);
    await redis.kill();
    const closing = await timed(leaving.close());
    expect(closing.error).toBeUndefined();
    expect(closing.tookMs).toBeLessThan(SOON);
    await redis.start();
  });
});
