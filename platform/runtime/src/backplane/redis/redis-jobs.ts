import { serviceUnavailable } from '../../domain/errors/common-errors.ts';
import type { Logger } from '../../process/logging.ts';
import type { BullBackend } from '../bullmq-jobs.ts';
import { type JobRetries, jobOptions, WORKER_TIMES } from '../job-rules.ts';
import type { RedisAddress } from './redis-address.ts';
import { becomesReady, closeRedis, openRedis, type RedisClient } from './redis-clients.ts';
import { orUnavailable } from './redis-unavailable.ts';

export interface RedisJobsDeps {
  address: RedisAddress;
  keyPrefix: string;
  retries: JobRetries;
  logger: Logger;
}

/** How many milliseconds adding jobs waits for a connection that is being opened. */
const CONNECT_MS = 1_000;

/**
 * BullMQ on Redis. The package is loaded, and connections are opened, by the first use: one for all
 * producers, one for all workers and, by BullMQ, one more for each worker to wait on. A queue's keys share
 * the hash tag `{<prefix>:jobs:<queue>}`, so each queue is on one node of a Redis Cluster.
 */
export const createRedisJobsBackend = (deps: RedisJobsDeps): BullBackend => {
  const { address, keyPrefix, retries, logger } = deps;
  let producers: RedisClient | undefined;
  let workers: RedisClient | undefined;
  const prefixOf = (queue: string) => `{${keyPrefix}:jobs:${queue}}`;

  return {
    async openQueue(name) {
      producers ??= openRedis(address, 'producers', logger);
      if (!(await becomesReady(producers, CONNECT_MS))) throw serviceUnavailable();
      const { Queue } = await import('bullmq');
      const queue = new Queue(name, {
        connection: producers,
        prefix: prefixOf(name),
        defaultJobOptions: jobOptions(retries),
      });
      queue.on('error', (error) =>
        logger.debug({ err: error, queue: name }, 'A queue has trouble'),
      );
      await orUnavailable(queue.waitUntilReady());
      return queue;
    },

    async openWorker(name, process, concurrency) {
      workers ??= openRedis(address, 'workers', logger);
      const { Worker } = await import('bullmq');
      return new Worker(name, process, {
        ...WORKER_TIMES,
        connection: workers,
        prefix: prefixOf(name),
        concurrency,
      });
    },

    async close() {
      await Promise.all([producers, workers].map((client) => client && closeRedis(client)));
    },
  };
};
