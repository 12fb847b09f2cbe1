import type { JobWorker } from '../backplane/backplane.ts';
import { repeatWork } from '../backplane/repeat-work.ts';
import type { Logger } from '../process/logging.ts';
import type { KeptWords } from './search-index.ts';

const BATCH = 200;
const EVERY_MS = 60_000;

/**
 * Recomputes the search words that an older version of the rules made (see `SEARCH_VERSION`), of each table by itself: one
 * that fails holds up no other. It works in small batches, so that no row is locked for long; workers that run at the
 * same time share them. Until then a row is found by its old words, and one that never had words, as its column is new,
 * by nothing.
 *
 * It looks again every minute, at one entry of an index: a row that somebody had locked is passed over, and a process of an
 * earlier release writes old words for as long as it runs.
 */
export function keepSearchCurrent(
  searched: readonly Pick<KeptWords, 'table' | 'reindex'>[],
  logger: Logger,
  everyMs = EVERY_MS,
): JobWorker {
  return repeatWork(
    searched.map(({ table, reindex }) => ({
      everyMs,
      atOnce: true,
      failure: `could not make search words of ${table} anew`,
      round: async (stopping) => {
        let rows = 0;
        while (!stopping.aborted) {
          const made = await reindex(BATCH);
          if (made === 0) break;
          rows += made;
        }
        if (rows > 0) logger.info({ table, rows }, 'made search words anew');
      },
    })),
    logger,
  );
}
