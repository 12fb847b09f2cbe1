import type { JobWorker } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';

const EVERY_MS = 30_000;
const BATCH = 100;

/** Looks every half minute for orders whose time is up, in batches until there are no more. */
export function keepExpiringOrders(
  expire: (limit: number) => Promise<number>,
  logger: Logger,
): JobWorker {
  let stopped = false;
  let running: Promise<void> | null = null;
  const run = async () => {
    try {
      let done = BATCH;
      while (!stopped && done === BATCH) done = await expire(BATCH);
    } catch (err) {
      logger.warn({ err }, 'could not call off orders whose time is up; trying again');
    }
  };
  const start = () => {
    running ??= run().finally(() => {
      running = null;
    });
  };
  const timer = setInterval(start, EVERY_MS);
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
