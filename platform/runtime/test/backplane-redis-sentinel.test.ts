import { untilItWorks } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBackplane } from '../src/backplane/index.ts';
import { type OwnRedis, startOwnRedis, withoutRedis } from './backplane.redis-server.ts';

describe.skipIf(withoutRedis)('behind Redis Sentinels', () => {
  const servers: OwnRedis[] = [];
  const start = async (...settings: string[]) => {
    const server = await startOwnRedis(settings);
    servers.push(server);
    return server;
  };
  afterAll(() => Promise.all(servers.map((server) => server.remove())));

  let master: OwnRedis;
  let sentinel: OwnRedis;
  beforeAll(async () => {
    master = await start();
    const replica = await start(`replicaof 127.0.0.1 ${master.port}`);
    await untilItWorks(async () =>
      expect(await replica.inspect.info('replication')).toContain('master_link_status:up'),
    );
    sentinel = await start(
      `sentinel monitor main 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 4000',
    );
    await untilItWorks(async () =>
      expect(await sentinel.inspect.call('SENTINEL', 'REPLICAS', 'main')).toHaveLength(1),
    );
  });

  test('follows the Sentinels to the new master, its workers too', async () => {
    const backplane = await createBackplane({
      redisUrl: `redis+sentinel://127.0.0.1:${sentinel.port}/main`,
    });
    const seen: unknown[] = [];
    await backplane.pubsub.subscribe('topic', (payload) => seen.push(payload));
    const resubscribed = vi.fn();
    backplane.pubsub.onResubscribed(resubscribed);
    const handled: string[] = [];
    backplane.jobs.work('queue', async ({ id }) => void handled.push(id));
    const add = (id: string) => backplane.jobs.add('queue', [{ id, name: 'test', data: {} }]);
    await add('before');
    await expect.poll(() => handled).toEqual(['before']);

    await master.kill();
    await untilItWorks(() => expect(resubscribed).toHaveBeenCalled());
    await untilItWorks(() => backplane.ping());
    await backplane.pubsub.publish('topic', 'after');
    await expect.poll(() => seen).toEqual(['after']);
    await untilItWorks(() => add('after'));
    await expect.poll(() => handled).toEqual(['before', 'after']);
    await backplane.close();
  });
});
