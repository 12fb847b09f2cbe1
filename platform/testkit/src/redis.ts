import { testServers } from './test-servers.ts';

/** The Redis of this run, or null where there is none: `test.skipIf(!redisUrl())`. */
export function redisUrl(): string | null {
  return testServers().redisUrl;
}
