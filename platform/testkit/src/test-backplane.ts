import { randomUUID } from 'node:crypto';
import { type Backplane, type BackplaneOptions, createBackplane } from '@souk/runtime/backplane';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase } from './databases.ts';
import { redisUrl } from './redis.ts';

/** A backplane nobody else shares: on the run's Redis when there is one, else in-process. */
export async function testBackplane(
  rules: Pick<BackplaneOptions, 'retries' | 'logger'> = {},
): Promise<Backplane> {
  const url = redisUrl();
  const keyPrefix = `test-${randomUUID().slice(0, 8)}`;
  if (url) return createBackplane({ redisUrl: url, keyPrefix, logger: silentLogger, ...rules });
  const jobs = await createDatabase(null);
  const backplane = await createBackplane({
    jobsDatabaseUrl: jobs.url,
    keyPrefix,
    logger: silentLogger,
    ...rules,
  });
  return {
    ...backplane,
    close: async () => {
      await backplane.close();
      await jobs.drop();
    },
  };
}
