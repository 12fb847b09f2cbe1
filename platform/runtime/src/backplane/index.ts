export type * from './backplane.ts';
export { type BackplaneOptions, createBackplane } from './create-backplane.ts';
export {
  createInProcessBackplane,
  type InProcessBackplaneOptions,
} from './in-process/in-process-backplane.ts';
export { DEFAULT_RETRIES, type JobRetries } from './job-rules.ts';
export { createInProcessRateLimit } from './rate-limit.ts';
export { connectRedisBackplane, type RedisBackplaneOptions } from './redis/redis-backplane.ts';
export { type Rest, restAfterFailure } from './rest-after-failure.ts';
export { isAway, unlessAway } from './when-away.ts';
