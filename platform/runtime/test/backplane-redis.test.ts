import { redisUrl } from '@souk/testkit';
import { describe } from 'vitest';
import { describeBackplane } from './backplane.contract.ts';

describe.skipIf(!redisUrl())('on one Redis server', () => {
  describeBackplane({
    name: 'Redis',
    options: () => ({ redisUrl: redisUrl() ?? '' }),
    spansProcesses: true,
  });
});
