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
/** What a worker without jobs may take to leave its queue, and to hand jobs back. */
const SETTLE_MS = 1_000;
const START_RETRY_MS = 1_000;
/** A job that waits for something to come back pauses at most 2^5 times as long as at first: 16 s. */
const MOST_DOUBLINGS = 5;

/**
 * A job that ended its worker so often while it was tried alone is the cause of it: it has five workers, as a handler has five tries.
 * Fewer say little, as who ends processes from outside may come upon the same one that is tried alone more than once.
 */
const MOST_DEATHS_ALONE = 4;
/** For so long others wait for one that is tried alone. */
const ALONE_MS = 5_000;

export interface BullWorkerParts {
  open(process: Processor): Promise<Worker>;
  handler: JobHandler;
  logger: Logger;
  /** What counts against a job, where tests count otherwise. */
  counts?: typeof usesUpAnAttempt;
}

/** A worker that starts as soon as its backend is there and hands back what it cannot finish. */
export const runBullWorker = ({
  open,
  handler,
  logger,
  counts = usesUpAnAttempt,
}: BullWorkerParts): JobWorker => {
  /** For each job under way: what hands it back to the queue. */
  const underWay = new Set<() => void>();
  const closing = new AbortController();
  const turns = createJobTurns(ALONE_MS);
  /** What handlers add to the lines about their jobs. */
  const described = new WeakMap<Job, Details>();
  const warnWaiting = countedWarning(logger, 'A job waits for what is unavailable');
  const warnTrouble = countedWarning(logger, 'A worker has trouble');
  // Asked for once: a loader is asked for a module that is imported anew, each time on a thread of its own.
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
      // Another worker takes it at once, and the attempt is not counted as failed.
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
        // Whoever replays it has it tried anew.
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
      // Of all that were at work when a worker died, one may have ended it: which one shows when each is tried alone.
      const handling = lostItsWorker ? turns.alone(handle) : turns.beside(handle);
      await Promise.race([handling, handedBack]);
    } catch (error) {
      if (error instanceof UnrecoverableError) throw error;
      await survived();
      const { timeOuts } = progress;
      if (isTimeOut(error)) await job.updateProgress({ ...progress, timeOuts: timeOuts + 1 });
      if (counts(error, timeOuts)) throw error;
      warnWaiting({ jobId: job.id, job: job.name, ...described.get(job), reason: reasonOf(error) });
      // It has not failed: it could not be tried. Its attempts are for what the handler does wrong.
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
    // The backend does not answer: the locks end by themselves, and the jobs are found stalled. Only what this worker
    // waits on is let go of: `worker.disconnect()` would end the connection that all workers of the process share.
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

/** Kept with the job, so that it counts whichever worker takes it. */
interface JobProgress {
  timeOuts: number;
  /** How often it was tried alone in a row, without an end of it: its worker died. */
  alone: number;
}

const progressOf = ({ progress }: Job): JobProgress => ({
  timeOuts: 0,
  alone: 0,
  ...(typeof progress === 'object' ? (progress as Partial<JobProgress>) : {}),
});

/** Twice as long for each time it could not be tried, and not all of them at one moment. */
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

/** One line for each attempt that failed, with its stack: nobody below logs it as well. */
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
