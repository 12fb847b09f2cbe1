import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, type Redis } from '@souk/embedded';
import { testServers } from './test-servers.ts';

/** The Redis of this run, or null where there is none: `test.skipIf(!redisUrl())`. */
export function redisUrl(): string | null {
  return testServers().redisUrl;
}

/** A Redis of a test's own, to be stopped in its midst; null where there is none on the PATH. */
export async function startOwnRedis(): Promise<Pick<Redis, 'url' | 'stop'> | null> {
  const dataDir = await mkdtemp(join(tmpdir(), 'souk-own-redis-'));
  const redis = await findRedis({ dataDir, env: { PATH: process.env.PATH } });
  const stop = async () => {
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  if (redis) return { url: redis.url, stop };
  await stop();
  return null;
}
