import { setTimeout as delay } from 'node:timers/promises';
import { type Processor, WaitingError, type Worker } from 'bullmq';
import type { Logger } from '../logging.ts';
import type { JobHandler, JobWorker } from './backplane.ts';

/** Times in milliseconds. */
const DEFAULT_GRACE_MS = 10_000;
/** What a worker without jobs may take to leave its queue, and to hand jobs back. */
const SETTLE_MS = 1_000;
const START_RETRY_MS = 1_000;

export interface BullWorkerParts {
  open(process: Processor): Promise<Worker>;
  handler: JobHandler;
  logger: Logger;
}

/** A worker that starts as soon as its backend is there and hands back what it cannot finish. */
export const runBullWorker = ({ open, handler, logger }: BullWorkerParts): JobWorker => {
  /** For each job under way: what hands it back to the queue. */
  const underWay = new Set<() => void>();
  const closing = new AbortController();

  const process: Processor = async (job, token) => {
    let handBack: () => void = () => undefined;
    const handedBack = new Promise<never>((_resolve, reject) => {
      // Another worker takes it at once, and the attempt is not counted as failed.
      handBack = () =>
        job.moveToWait(token).then(() => reject(new WaitingError('Handed back')), reject);
    });
    underWay.add(handBack);
    try {
      const { id = '', name, data, attemptsStarted: attempt } = job;
      await Promise.race([handler({ id, name, data, attempt }), handedBack]);
    } finally {
      underWay.delete(handBack);
    }
  };

  const start = async (): Promise<Worker | null> => {
    while (!closing.signal.aborted) {
      try {
        return report(await open(process), logger);
      } catch (error) {
        logger.warn({ err: error }, 'A worker could not start; trying again');
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
      if (await inTime(closed, Math.min(SETTLE_MS, deadline - Date.now()))) return;
      if (underWay.size === 0) break;
    }
    if (underWay.size > 0) {
      logger.warn({ jobs: underWay.size, graceMs }, 'Jobs are handed back unfinished');
      for (const handBack of underWay) handBack();
    }
    if (await inTime(closed, SETTLE_MS)) return;
    // The backend does not answer: the locks end by themselves, and the jobs are found stalled.
    worker.disconnect().catch(() => undefined);
  };
  let stopped: Promise<void> | undefined;

  return {
    close(graceMs = DEFAULT_GRACE_MS) {
      stopped ??= stop(graceMs);
      return stopped;
    },
  };
};

const report = (worker: Worker, logger: Logger): Worker => {
  worker.on('error', (error) => logger.warn({ err: error }, 'A worker has trouble'));
  worker.on('stalled', (jobId) => logger.warn({ jobId }, 'A job lost its worker and starts again'));
  worker.on('failed', (job, error) => {
    const details = { jobId: job?.id, name: job?.name, attempt: job?.attemptsStarted, err: error };
    if (job?.finishedOn) logger.error(details, 'A job is dead');
    else logger.warn(details, 'A job failed and is tried again');
  });
  return worker;
};

const inTime = async (done: Promise<true>, timeoutMs: number): Promise<boolean> => {
  const waiting = new AbortController();
  try {
    const timeout = delay(timeoutMs, false, { signal: waiting.signal }).catch(() => false);
    return await Promise.race([done, timeout]);
  } finally {
    waiting.abort();
  }
};
