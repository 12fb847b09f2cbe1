import { type Logger, silentLogger } from '../process/logging.ts';
import type { Backplane } from './backplane.ts';
import { createInProcessBackplane } from './in-process/in-process-backplane.ts';
import type { JobRetries } from './job-rules.ts';
import { connectRedisBackplane } from './redis/redis-backplane.ts';

export interface BackplaneOptions {
  /** With it the backplane uses Redis and serves any number of processes. */
  redisUrl?: string;
  /** Where an in-process backplane keeps its jobs; required without `redisUrl`, unused with it. */
  jobsDatabaseUrl?: string;
  keyPrefix?: string;
  logger?: Logger;
  retries?: JobRetries;
}

export const createBackplane = async (options: BackplaneOptions): Promise<Backplane> => {
  const { redisUrl, jobsDatabaseUrl, logger = silentLogger, ...rest } = options;
  if (redisUrl) return connectRedisBackplane({ url: redisUrl, logger, ...rest });
  if (!jobsDatabaseUrl) {
    throw new Error('A backplane needs a Redis address, or a database address for its jobs.');
  }
  logger.info('No Redis address: the backplane serves this process only');
  return createInProcessBackplane({ jobsDatabaseUrl, logger, ...rest });
};
