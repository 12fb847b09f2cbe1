import { setTimeout as delay } from 'node:timers/promises';
import type { JobWorker } from '../backplane/backplane.ts';
import { createTroubleLog } from '../persistence/trouble-log.ts';
import type { Logger } from '../process/logging.ts';

const BATCH = 200;
const RETRY_AFTER_MS = 30_000;

/**
 * Recomputes, when a worker starts, the search words that another version of the rules made (see
 * `SEARCH_VERSION`). It works in small batches, so that no row is locked for long; workers that start at the
 * same time share them. Failures are retried. Until then a row is found by its old words, and one that never had
 * words, as its column is new, by nothing. What a process of an earlier release writes after that is recomputed by the next
 * worker that starts.
 */
export function keepSearchCurrent(
  reindex: (limit: number) => Promise<number>,
  logger: Logger,
): JobWorker {
  const stopping = new AbortController();
  const trouble = createTroubleLog(logger, 'could not make search words anew');
  const run = async () => {
    let total = 0;
    while (!stopping.signal.aborted) {
      try {
        const done = await reindex(BATCH);
        trouble.went();
        total += done;
        if (done === 0) break;
      } catch (error) {
        trouble.failed(error);
        await delay(RETRY_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    if (total > 0) logger.info({ rows: total }, 'made search words anew');
  };
  const running = run();
  return {
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}
