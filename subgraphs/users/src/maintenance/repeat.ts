import type { JobWorker } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';

/** Does a round now and then until it is closed; one that fails is told of, and tried again next time. */
export function repeat(
  round: () => Promise<unknown>,
  { everyMs, logger, failure }: { everyMs: number; logger: Logger; failure: string },
): JobWorker {
  let running: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    running ??= round()
      .catch((err) => logger.warn({ err }, failure))
      .finally(() => {
        running = null;
      });
  }, everyMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
