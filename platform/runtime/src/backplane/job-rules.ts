import type { DefaultJobOptions, WorkerOptions } from 'bullmq';
import { badInput } from '../domain/errors/common-errors.ts';

export interface JobRetries {
  /** How often a job's handler may fail before the job is dead; see `usesUpAnAttempt` for what counts. */
  attempts: number;
  /** Milliseconds before the second attempt; the pause doubles with each further one. */
  backoffMs: number;
}

/** Half a second, one, two, four: a failing handler has some ten seconds to recover. */
export const DEFAULT_RETRIES: JobRetries = { attempts: 5, backoffMs: 500 };

export const jobOptions = ({ attempts, backoffMs }: JobRetries): DefaultJobOptions => ({
  attempts,
  backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
  // Long enough to drop late repeats; for even later ones, consumers have an inbox.
  removeOnComplete: { age: 24 * 3_600, count: 10_000 },
  // Dead jobs stay until somebody has looked at them and replayed them.
  removeOnFail: false,
});

/**
 * With BullMQ's defaults a job of a killed worker starts again after 32 s; with these it took 6 s (measured).
 * Which of a dead worker's jobs ended it is found out by the worker (`createJobTurns`). That a job lost its
 * worker several times proves little, so BullMQ's own limit is set far away.
 */
export const WORKER_TIMES = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  maxStalledCount: 100,
  drainDelay: 5,
  runRetryDelay: 1_000,
} satisfies Partial<WorkerOptions>;

/** BullMQ creates numeric ids itself, and uses `:` in its own keys. */
export const checkJobId = (id: string): void => {
  if (!/^[\w.-]{1,255}$/.test(id) || /^\d+$/.test(id)) throw badInput(`"${id}" cannot name a job.`);
};

export const checkQueueName = (queue: string): void => {
  if (!/^[\w.-]{1,100}$/.test(queue)) throw badInput(`"${queue}" cannot name a queue.`);
};
