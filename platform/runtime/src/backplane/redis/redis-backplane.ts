import { RateLimiterRedis } from 'rate-limiter-flexible';
import { type Logger, silentLogger } from '../../process/logging.ts';
import type { Backplane } from '../backplane.ts';
import { BoundedMemoryLimiter } from '../bounded-memory-limiter.ts';
import { createBullJobQueues } from '../bullmq-jobs.ts';
import { DEFAULT_RETRIES, type JobRetries } from '../job-rules.ts';
import { createCache } from '../keyv-cache.ts';
import { createRateLimit } from '../rate-limit.ts';
import { parseRedisUrl } from './redis-address.ts';
import { createRedisCacheStore } from './redis-cache-store.ts';
import {
  becomesReady,
  closeRedis,
  openRedis,
  openRedisForTopics,
  type RedisClient,
} from './redis-clients.ts';
import { createRedisJobsBackend } from './redis-jobs.ts';
import { createRedisPresence } from './redis-presence.ts';
import { createRedisPubSub } from './redis-pubsub.ts';
import { guardSubscriber } from './redis-subscriber.ts';

export interface RedisBackplaneOptions {
  /** See `parseRedisUrl` for the forms: one server, a Redis Cluster, Sentinels. */
  url: string;
  /** The prefix of every key and channel, so that several installations can share a Redis. */
  keyPrefix?: string;
  logger?: Logger;
  retries?: JobRetries;
}

/** How long the start waits for Redis, in milliseconds; after that it continues without. */
const START_MS = 3_000;

/**
 * The backplane of many processes. Resolves when Redis answers, or after three seconds without it: then it
 * keeps trying, `ping` rejects meanwhile, and calls that need Redis fail quickly.
 */
export const connectRedisBackplane = async ({
  url,
  keyPrefix = 'souk',
  logger = silentLogger,
  retries = DEFAULT_RETRIES,
}: RedisBackplaneOptions): Promise<Backplane> => {
  const address = parseRedisUrl(url);
  const commands = openRedis(address, 'commands', logger);
  // One server takes commands and publications on one connection; a Redis Cluster does not.
  const publisher =
    address.kind === 'cluster' ? openRedisForTopics(address, 'commands', logger) : commands;
  const subscription = openRedisForTopics(address, 'subscriber', logger);
  const subscriber = guardSubscriber(subscription, logger);
  const jobs = createBullJobQueues(
    createRedisJobsBackend({ address, keyPrefix, retries, logger }),
    logger,
  );
  const ready = await Promise.all(
    [commands, publisher, subscription].map((client) => becomesReady(client, START_MS)),
  );
  if (ready.includes(false)) logger.warn('Starting without Redis; still trying to reach it');

  return {
    kind: 'redis',
    pubsub: createRedisPubSub({ publisher, subscriber, keyPrefix, logger }),
    presence: createRedisPresence(commands, keyPrefix),
    jobs,
    cache: createCache(createRedisCacheStore(commands, keyPrefix), logger),
    rateLimit: createRedisRateLimit(commands, keyPrefix),
    async ping() {
      await Promise.all([commands, publisher, subscription].map((client) => client.ping()));
    },
    async close() {
      await jobs.close();
      subscriber.close();
      await Promise.all([...new Set([commands, publisher, subscription])].map(closeRedis));
    },
  };
};

/** While Redis is away each process counts for itself, which is stricter than not counting. */
const createRedisRateLimit = (client: RedisClient, keyPrefix: string) =>
  createRateLimit(
    ({ points, perSeconds }, name) =>
      new RateLimiterRedis({
        storeClient: client,
        keyPrefix: `${keyPrefix}:limit:${name}`,
        points,
        duration: perSeconds,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new BoundedMemoryLimiter({ points, duration: perSeconds }),
      }),
  );
