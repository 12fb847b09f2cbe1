import type { ConnectionPresence, JobWorker } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';

/** Seconds until a crashed process's people are reported as gone: lease length plus one of these. */
const SWEEP_MS = 5_000;

/** Keeps announcing those whose last connection ran out; any number of workers may do it. */
export function sweepPresence(connections: ConnectionPresence, logger: Logger): JobWorker {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = connections
      .expire()
      .catch((err) => logger.warn({ err }, 'could not sweep presence leases'));
  }, SWEEP_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
