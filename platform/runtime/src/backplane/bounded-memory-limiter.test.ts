import { expect, test } from 'vitest';
import { BoundedMemoryLimiter } from './bounded-memory-limiter.ts';

test('forgets the key used longest ago, never the one that keeps trying', async () => {
  const limiter = new BoundedMemoryLimiter({ points: 1, duration: 60 }, 3);
  await limiter.consume('busy');
  await limiter.consume('idle');
  for (let other = 0; other < 5; other += 1) {
    await limiter.consume(`other-${other}`);
    await expect(limiter.consume('busy')).rejects.toMatchObject({ remainingPoints: 0 });
  }
  expect(limiter.dump().storage).toHaveLength(3);
  expect(await limiter.consume('idle')).toMatchObject({ consumedPoints: 1 });
});
