import { afterAll, beforeAll } from 'vitest';
import { describeBackplane } from './backplane.contract.ts';
import { type OwnRedis, startOwnRedis } from './backplane.redis-server.ts';

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
