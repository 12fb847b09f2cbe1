import { afterAll, beforeAll, describe } from 'vitest';
import { describeBackplane } from './backplane.contract.ts';
import { type OwnRedis, startOwnRedis, withoutRedis } from './backplane.redis-server.ts';

describe.skipIf(withoutRedis)('on one Redis server', () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await startOwnRedis();
  });
  afterAll(() => redis?.remove());

  describeBackplane({
    name: 'Redis',
    options: () => ({ redisUrl: redis.url }),
    spansProcesses: true,
  });
});
