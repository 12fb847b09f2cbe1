import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backplane } from '../src/backplane/index.ts';
import { connectRedisBackplane } from '../src/backplane/kinds.ts';
import { serviceUnavailable } from '../src/domain/errors/common-errors.ts';
import { createReplayGuard, type IsFirstUse } from '../src/identity/replay-guard.ts';
import { type OwnRedis, startOwnRedis, withoutRedis } from './backplane.redis-server.ts';
import { refuseWithoutRedis } from './mutants/refuse-without-redis.ts';

describe.skipIf(withoutRedis)('the memory of used tokens', () => {
  let redis: OwnRedis;
  const backplanes: Backplane[] = [];
  const processes: IsFirstUse[] = [];

  beforeAll(async () => {
    redis = await startOwnRedis();
    for (let index = 0; index < 2; index += 1) {
      const backplane = await connectRedisBackplane({ url: redis.url });
      backplanes.push(backplane);
      processes.push(createReplayGuard(backplane.cache));
    }
  });
  afterAll(async () => {
    redis.thaw();
    await Promise.all(backplanes.map((backplane) => backplane.close()));
    await redis.remove();
  });

  /** Uses new tokens while something is done to Redis; resolves to how many were let in. */
  const usesDuring = async (isFirstUse: IsFirstUse, fault: () => Promise<unknown>) => {
    let isOver = false;
    const counts = { accepted: 0, refused: 0 };
    const user = async () => {
      while (!isOver) {
        if (await isFirstUse(randomUUID())) counts.accepted += 1;
        else counts.refused += 1;
        await delay(2);
      }
    };
    const users = Array.from({ length: 8 }, user);
    await fault();
    isOver = true;
    await Promise.all(users);
    return counts;
  };
  const comesBack = () =>
    until(() =>
      Promise.all(backplanes.map(({ ping }) => ping())).then(
        () => true,
        () => false,
      ),
    );

  const faults: Record<string, () => Promise<unknown>> = {
    'is stopped and started': async () => {
      await redis.kill();
      await delay(3_000);
      await redis.start();
      await comesBack();
    },
    'hangs up on everybody, again and again': async () => {
      for (let round = 0; round < 40; round += 1) {
        await redis.inspect.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        await delay(25);
      }
      await comesBack();
    },
    'does not answer for a while': async () => {
      redis.freeze();
      await delay(3_000);
      redis.thaw();
      await comesBack();
    },
  };
  test.each(Object.entries(faults))('lets everybody in when Redis %s', async (_, fault) => {
    const { accepted, refused } = await usesDuring(processes[0] as IsFirstUse, fault);
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBe(0);
  });

  test('a mutant that refuses viewers whom it cannot compare is detected', async () => {
    const naive = refuseWithoutRedis((backplanes[0] as Backplane).cache);
    const counts = await usesDuring(naive, faults['is stopped and started'] as never);
    expect(counts.refused).toBeGreaterThan(0);
  });

  test('a token works once: in all processes with Redis, in each of them without', async () => {
    const [here, there] = processes as [IsFirstUse, IsFirstUse];
    await until(async () => {
      const token = randomUUID();
      await here(token);
      return !(await there(token));
    });
    await redis.kill();
    const token = randomUUID();
    expect([await here(token), await here(token)]).toEqual([true, false]);
    expect([await there(token), await there(token)]).toEqual([true, false]);
    await redis.start();
    await comesBack();
    expect(await here(token)).toBe(false);
  });
});

test('while Redis is away one request in a while waits for it, and no other', async () => {
  let now = 0;
  let asked = 0;
  const away: Pick<Backplane['cache'], 'claimOnce'> = {
    claimOnce: async () => {
      asked += 1;
      throw serviceUnavailable();
    },
  };
  const isFirstUse = createReplayGuard(away, () => now);
  const useMany = () => Promise.all(Array.from({ length: 50 }, () => isFirstUse(randomUUID())));
  await isFirstUse('first');
  expect(asked).toBe(1);
  expect((await useMany()).every(Boolean)).toBe(true);
  expect(asked).toBe(1);
  now += 1_001;
  expect((await useMany()).every(Boolean)).toBe(true);
  expect(asked).toBe(2);
});
