/**
 * The kinds of backplane, each with its client library. They are not exported by `index.ts`, so that a bundle
 * loads only the one that `createBackplane` chooses.
 */
export { createInProcessBackplane } from './in-process/in-process-backplane.ts';
export { emptyRedis } from './redis/empty-redis.ts';
export { connectRedisBackplane } from './redis/redis-backplane.ts';
