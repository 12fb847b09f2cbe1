import { type Logger, silentLogger } from '../process/logging.ts';
import type { Backplane } from './backplane.ts';
import type { JobRetries } from './job-rules.ts';

export interface BackplaneOptions {
  /** With it the backplane uses Redis and serves any number of processes. */
  redisUrl?: string;
  /** Where an in-process backplane keeps its jobs; required without `redisUrl`, unused with it. */
  jobsDatabaseUrl?: string;
  keyPrefix?: string;
  logger?: Logger;
  retries?: JobRetries;
}

/** Loads only the client that is needed, that of Redis or that of PostgreSQL. */
export const createBackplane = async (options: BackplaneOptions): Promise<Backplane> => {
  const { redisUrl, jobsDatabaseUrl, logger = silentLogger, ...rest } = options;
  if (redisUrl) {
    const { connectRedisBackplane } = await import('./redis/redis-backplane.ts');
    return connectRedisBackplane({ url: redisUrl, logger, ...rest });
  }
  if (!jobsDatabaseUrl) {
    throw new Error('A backplane needs a Redis address, or a database address for its jobs.');
  }
  logger.info('No Redis address: the backplane serves this process only');
  const { createInProcessBackplane } = await import('./in-process/in-process-backplane.ts');
  return createInProcessBackplane({ jobsDatabaseUrl, logger, ...rest });
};
