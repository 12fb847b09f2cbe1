import type { DefaultJobOptions, WorkerOptions } from 'bullmq';
import { badInput } from '../domain/errors/common-errors.ts';

export interface JobRetries {
  /** How often its handler may fail before a job is dead; see `usesUpAnAttempt` for what counts. */
  attempts: number;
  /** The wait before the second attempt; it doubles for each further one. Milliseconds. */
  backoffMs: number;
}

/** Half a second, one, two, four: a handler that fails has some ten seconds to get better. */
export const DEFAULT_RETRIES: JobRetries = { attempts: 5, backoffMs: 500 };

export const jobOptions = ({ attempts, backoffMs }: JobRetries): DefaultJobOptions => ({
  attempts,
  backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
  // Long enough to drop a repeat that comes late; consumers have an inbox for later ones still.
  removeOnComplete: { age: 24 * 3_600, count: 10_000 },
  // What is dead stays until somebody has looked at it and replayed it.
  removeOnFail: false,
});

/**
 * With BullMQ's defaults a job of a killed worker starts again after 32 s; with these it took 6 s
 * (measured). Which of those that lost their worker ended it, the worker finds out (`createJobTurns`): that it lost its
 * worker so often says little of a job, so BullMQ's own limit is far away.
 */
export const WORKER_TIMES = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  maxStalledCount: 100,
  drainDelay: 5,
  runRetryDelay: 1_000,
} satisfies Partial<WorkerOptions>;

/** BullMQ gives ids of digits itself, and takes `:` for its own keys. */
export const checkJobId = (id: string): void => {
  if (!/^[\w.-]{1,255}$/.test(id) || /^\d+$/.test(id)) throw badInput(`"${id}" cannot name a job.`);
};

export const checkQueueName = (queue: string): void => {
  if (!/^[\w.-]{1,100}$/.test(queue)) throw badInput(`"${queue}" cannot name a queue.`);
};
