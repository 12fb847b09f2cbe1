import { type JobWorker, repeatWork } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';

const BATCH = 100;

export interface PeriodicWork {
  /** What could not be done, for the log. */
  name: string;
  everyMs: number;
  /** Does up to so many, and gives how many there were. */
  work: (limit: number) => Promise<number>;
}

/** Looks again and again for what is due, in batches until there is no more. */
export const keepWorking = (works: readonly PeriodicWork[], logger: Logger): JobWorker =>
  repeatWork(
    works.map(({ name, everyMs, work }) => ({
      everyMs,
      atOnce: true,
      round: async (stopping) => {
        let done = BATCH;
        while (!stopping.aborted && done === BATCH) done = await work(BATCH);
      },
      failure: `could not ${name}`,
    })),
    logger,
  );
