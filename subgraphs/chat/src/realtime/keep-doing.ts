import type { JobWorker } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';

/** Does something again and again, one after the other; any number of workers may do it. */
export function keepDoing(
  work: () => Promise<unknown>,
  { everyMs, failure, logger }: { everyMs: number; failure: string; logger: Logger },
): JobWorker {
  let running: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    running ??= work()
      .catch((err) => logger.warn({ err }, failure))
      .finally(() => {
        running = null;
      });
  }, everyMs);
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
