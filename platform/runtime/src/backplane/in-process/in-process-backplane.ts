import { type Logger, silentLogger } from '../../process/logging.ts';
import type { Backplane } from '../backplane.ts';
import { createBullJobQueues } from '../bullmq-jobs.ts';
import { DEFAULT_RETRIES, type JobRetries } from '../job-rules.ts';
import { createCache } from '../keyv-cache.ts';
import { createInProcessRateLimit } from '../rate-limit.ts';
import { createInProcessCacheStore } from './in-process-cache-store.ts';
import { createInProcessPresence } from './in-process-presence.ts';
import { createInProcessPubSub } from './in-process-pubsub.ts';
import { createPostgresJobsBackend } from './postgres-jobs.ts';

export interface InProcessBackplaneOptions {
  /** The PostgreSQL database that keeps the jobs, since they must outlive the process. */
  jobsDatabaseUrl: string;
  /** Names the schema of the jobs, `<prefix>_jobs`. */
  keyPrefix?: string;
  logger?: Logger;
  retries?: JobRetries;
}

/** The backplane of a single process: no other process sees anything here, except the jobs. */
export const createInProcessBackplane = ({
  jobsDatabaseUrl,
  keyPrefix = 'souk',
  logger = silentLogger,
  retries = DEFAULT_RETRIES,
}: InProcessBackplaneOptions): Backplane => {
  const backend = createPostgresJobsBackend({
    databaseUrl: jobsDatabaseUrl,
    schema: `${keyPrefix.replace(/\W/g, '_')}_jobs`,
    retries,
    logger,
  });
  const jobs = createBullJobQueues(backend, logger);

  return {
    kind: 'in-process',
    pubsub: createInProcessPubSub(logger),
    presence: createInProcessPresence(),
    jobs,
    cache: createCache(createInProcessCacheStore(), logger),
    rateLimit: createInProcessRateLimit(),
    ping: () => backend.ping(),
    close: () => jobs.close(),
  };
};
