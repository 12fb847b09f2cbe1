import type { JobWorker } from '@souk/runtime/backplane';
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
export function keepWorking(works: readonly PeriodicWork[], logger: Logger): JobWorker {
  const workers = works.map((work) => keepOne(work, logger));
  return { close: async () => void (await Promise.all(workers.map((worker) => worker.close()))) };
}

function keepOne({ name, everyMs, work }: PeriodicWork, logger: Logger): JobWorker {
  let stopped = false;
  let running: Promise<void> | null = null;
  const run = async () => {
    try {
      let done = BATCH;
      while (!stopped && done === BATCH) done = await work(BATCH);
    } catch (err) {
      logger.warn({ err }, `could not ${name}; trying again`);
    }
  };
  const start = () => {
    running ??= run().finally(() => {
      running = null;
    });
  };
  const timer = setInterval(start, everyMs);
  timer.unref();
  start();
  return {
    close: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
