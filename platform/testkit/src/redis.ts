import { randomUUID } from 'node:crypto';
import { testServers } from './test-servers.ts';

/** The Redis of this run, or null where there is none: `test.skipIf(!redisUrl())`. */
export function redisUrl(): string | null {
  return testServers().redisUrl;
}

/** A prefix for keys, channels and queues that no other file or run uses; without the `:` BullMQ refuses. */
export function newKeyPrefix(): string {
  return `test-${randomUUID().slice(0, 13)}`;
}
