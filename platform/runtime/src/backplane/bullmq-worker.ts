import { setTimeout as delay } from 'node:timers/promises';
import type { Job, Processor, Worker } from 'bullmq';
import { within } from '../async/within.ts';
import { isTimeOut, reasonOf } from '../persistence/database-errors.ts';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import type { JobHandler, JobWorker } from './backplane.ts';
import { usesUpAnAttempt } from './failed-attempts.ts';
import { createJobTurns } from './job-turns.ts';

/** Times in milliseconds. */
const DEFAULT_GRACE_MS = 10_000;
/** How long a worker without jobs may take to leave its queue, and to hand jobs back. */
const SETTLE_MS = 1_000;
const START_RETRY_MS = 1_000;
/** The pause of a job that waits for something to come back grows to at most 2^5 times the first: 16 s. */
const MOST_DOUBLINGS = 5;

/**
 * A job that ended its worker this often while it was run alone is considered the cause: it may end five
 * workers, as a handler may fail five times. Fewer would prove little, since processes that are killed from
 * outside may happen to run the same job more than once.
 */
const MOST_DEATHS_ALONE = 4;
/** How long other jobs wait for one that is run alone. */
const ALONE_MS = 5_000;

export interface BullWorkerParts {
  open(process: Processor): Promise<Worker>;
  handler: JobHandler;
  logger: Logger;
  /** The limits for a job, for tests that use others. */
  counts?: typeof usesUpAnAttempt;
}

/** A worker that starts as soon as its backend is there and hands back what it cannot finish. */
export const runBullWorker = ({
  open,
  handler,
  logger,
  counts = usesUpAnAttempt,
}: BullWorkerParts): JobWorker => {
  /** For each running job: how to hand it back to the queue. */
  const underWay = new Set<() => void>();
  const closing = new AbortController();
  const turns = createJobTurns(ALONE_MS);
  /** What handlers add to the log lines about their jobs. */
  const described = new WeakMap<Job, Details>();
  const warnWaiting = countedWarning(logger, 'A job waits for what is unavailable');
  const warnTrouble = countedWarning(logger, 'A worker has trouble');
  // Loaded once: a module loader is asked on a separate thread for each import of a module.
  let bullmq: Promise<typeof import('bullmq')> | undefined;

  const process: Processor = async (job, token) => {
    bullmq ??= import('bullmq');
    const { DelayedError, UnrecoverableError, WaitingError } = await bullmq;
    const progress = progressOf(job);
    const lostItsWorker = job.stalledCounter > 0;
    const survived = async () => {
      if (progress.alone === 0) return;
      progress.alone = 0;
      await job.updateProgress({ ...progress });
    };
    let isHandedBack = false;
    let handBack: () => void = () => undefined;
    const handedBack = new Promise<never>((_resolve, reject) => {
      // Another worker takes it at once, and the attempt does not count as failed.
      handBack = () => {
        isHandedBack = true;
        survived()
          .then(() => job.moveToWait(token))
          .then(() => reject(new WaitingError('Handed back')), reject);
      };
    });
    underWay.add(handBack);
    try {
      const { id = '', name, data, attemptsStarted: attempt } = job;
      const addDetails = (details: Details) =>
        void described.set(job, { ...described.get(job), ...details });
      if (lostItsWorker && progress.alone >= MOST_DEATHS_ALONE) {
        // Whoever replays it gives it all its attempts again.
        await survived();
        throw new UnrecoverableError('Its worker died whenever it was at work on this alone.');
      }
      const handle = async () => {
        if (isHandedBack) return;
        if (lostItsWorker) {
          progress.alone += 1;
          await job.updateProgress({ ...progress });
        }
        await handler({ id, name, data, attempt, addDetails });
      };
      // Any of the jobs that ran when a worker died may have caused it; running each alone shows which one.
      const handling = lostItsWorker ? turns.alone(handle) : turns.beside(handle);
      await Promise.race([handling, handedBack]);
    } catch (error) {
      if (error instanceof UnrecoverableError) throw error;
      await survived();
      const { timeOuts } = progress;
      if (isTimeOut(error)) await job.updateProgress({ ...progress, timeOuts: timeOuts + 1 });
      if (counts(error, timeOuts)) throw error;
      warnWaiting({ jobId: job.id, job: job.name, ...described.get(job), reason: reasonOf(error) });
      // It has not failed, since it could not be tried. Its attempts are for failures of the handler.
      await job.moveToDelayed(Date.now() + pauseOf(job), token);
      throw new DelayedError();
    } finally {
      underWay.delete(handBack);
    }
  };

  const start = async (): Promise<Worker | null> => {
    while (!closing.signal.aborted) {
      try {
        return report(await open(process), { logger, warnTrouble, described });
      } catch (error) {
        warnTrouble({ reason: reasonOf(error) });
        await delay(START_RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
    return null;
  };
  const starting = start();

  const stop = async (graceMs: number) => {
    closing.abort();
    const worker = await starting;
    if (!worker) return;
    const closed = worker.close().then(() => true as const);
    const deadline = Date.now() + graceMs;
    while (Date.now() < deadline) {
      if (await within(Math.min(SETTLE_MS, deadline - Date.now()), closed, () => false)) return;
      if (underWay.size === 0) break;
    }
    if (underWay.size > 0) {
      logger.warn({ jobs: underWay.size, graceMs }, 'Jobs are handed back unfinished');
      for (const handBack of underWay) handBack();
    }
    if (await within(SETTLE_MS, closed, () => false)) return;
    // The backend does not answer: the locks expire by themselves, and the jobs are found stalled. Only this
    // worker's own waiting is ended: `worker.disconnect()` would close the connection that all workers of the
    // process share.
    worker.backend.disconnectBlocking(false).catch(() => undefined);
  };
  let stopped: Promise<void> | undefined;

  return {
    close(graceMs = DEFAULT_GRACE_MS) {
      stopped ??= stop(graceMs);
      return stopped;
    },
  };
};

/** Stored with the job, so that it counts whichever worker takes it. */
interface JobProgress {
  timeOuts: number;
  /** How often in a row it was run alone without finishing: its worker died. */
  alone: number;
}

const progressOf = ({ progress }: Job): JobProgress => ({
  timeOuts: 0,
  alone: 0,
  ...(typeof progress === 'object' ? (progress as Partial<JobProgress>) : {}),
});

/** Doubles with each time it could not be tried, with jitter so that not all jobs retry at one moment. */
const pauseOf = ({ opts, attemptsStarted, attemptsMade }: Job): number => {
  const first = typeof opts.backoff === 'object' ? (opts.backoff.delay ?? 0) : 0;
  const waits = Math.max(0, attemptsStarted - attemptsMade - 1);
  return Math.round(first * 2 ** Math.min(waits, MOST_DOUBLINGS) * (0.5 + Math.random() / 2));
};

type Details = Readonly<Record<string, unknown>>;

interface Reporting {
  readonly logger: Logger;
  readonly warnTrouble: (details: Details) => void;
  readonly described: WeakMap<Job, Details>;
}

/** One line for each failed attempt, with its stack: nothing below logs it as well. */
const report = (worker: Worker, { logger, warnTrouble, described }: Reporting): Worker => {
  worker.on('error', (error) => warnTrouble({ reason: reasonOf(error) }));
  worker.on('stalled', (jobId) => logger.warn({ jobId }, 'A job lost its worker and starts again'));
  worker.on('failed', (job, error) => {
    const { id: jobId, name, attemptsMade: attempt } = job ?? {};
    const details = { jobId, job: name, attempt, ...(job && described.get(job)), err: error };
    if (job?.finishedOn) logger.error(details, 'A job is dead');
    else logger.warn(details, 'A job failed and is tried again');
  });
  return worker;
};
