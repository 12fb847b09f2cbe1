import { setImmediate as afterPoll } from 'node:timers/promises';
import { silentLogger } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import type { RedisClient } from '../src/backplane/redis/redis-clients.ts';
import { createRedisPubSub } from '../src/backplane/redis/redis-pubsub.ts';
import type { GuardedSubscriber } from '../src/backplane/redis/redis-subscriber.ts';

test('who listens where it is said is answered before Redis is told, and Redis is told in order', async () => {
  const done: string[] = [];
  const publisher = {
    publish: async (_channel: string, payload: string) => done.push(`Redis was told ${payload}`),
  } as unknown as RedisClient;
  const subscriber = {
    on: () => {},
    subscribe: (_channel: string, whenActive: (error: null) => void) => whenActive(null),
    unsubscribe: () => {},
    punsubscribe: () => {},
    onResubscribed: () => () => {},
  } as unknown as GuardedSubscriber;
  const given = { publisher, subscriber, keyPrefix: 'test', logger: silentLogger };
  const { publish, subscribe } = createRedisPubSub(given);
  const stop = await subscribe('said', async (payload) => {
    // What a subscription does between an event and its socket.
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
    await new Promise<void>((resolve) => process.nextTick(resolve));
    done.push(`a listener was answered ${payload}`);
  });
  const order = (said: number[]) => [
    ...said.map((number) => `a listener was answered ${number}`),
    ...said.map((number) => `Redis was told ${number}`),
  ];
  await Promise.all([1, 2].map((number) => publish('said', number, { hereFirst: true })));
  expect(done).toEqual(order([1, 2]));
  await stop();
  await Promise.all([publish('said', 3, { hereFirst: true }), afterPoll()]);
  expect(done).toEqual([...order([1, 2]), 'Redis was told 3']);
});
