import { type JobWorker, repeatWork } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';

export interface PeriodicWork {
  /** What could not be done, for the log. */
  name: string;
  everyMs: number;
  work: (stopping: AbortSignal) => Promise<unknown>;
}

/** Repeatedly works through everything that is due. */
export const keepWorking = (works: readonly PeriodicWork[], logger: Logger): JobWorker =>
  repeatWork(
    works.map(({ name, everyMs, work }) => ({
      everyMs,
      atOnce: true,
      round: work,
      failure: `could not ${name}`,
    })),
    logger,
  );
