import { createTroubleLog } from '../persistence/trouble-log.ts';
import type { Logger } from '../process/logging.ts';
import type { JobWorker } from './backplane.ts';

/** Work that a process repeats until it is closed. */
export interface RepeatedWork {
  readonly everyMs: number;
  /** The next round begins only after this one has ended, and late rounds are not made up for. */
  round(stopping: AbortSignal): Promise<unknown>;
  /** What the log says while rounds fail; the next one comes all the same. */
  readonly failure: string;
  /** Begins with a round instead of a pause. */
  readonly atOnce?: boolean;
}

/** A failed round is repeated this soon, then after twice as long each time, up to its usual pause. */
const AGAIN_MS = 10_000;

/**
 * Repeats each of these concurrently. A round that fails, for example because the database was away, is
 * repeated early: work that is done once a day would otherwise be put off by a day. Closing waits for the
 * running rounds.
 */
export function repeatWork(
  works: readonly RepeatedWork[],
  logger: Logger,
  againMs = AGAIN_MS,
): JobWorker {
  const stopping = new AbortController();
  const rounds = works.map(({ round, failure, everyMs, atOnce = false }) => {
    const trouble = createTroubleLog(logger, failure);
    let running: Promise<unknown> | null = null;
    let again: NodeJS.Timeout | undefined;
    let pauseMs = againMs;
    const went = () => {
      trouble.went();
      pauseMs = againMs;
    };
    const failed = (error: unknown) => {
      trouble.failed(error);
      if (pauseMs >= everyMs || stopping.signal.aborted) return;
      again = setTimeout(start, pauseMs);
      again.unref();
      pauseMs *= 2;
    };
    const start = () => {
      clearTimeout(again);
      running ??= (async () => round(stopping.signal))()
        .then(went, failed)
        .finally(() => {
          running = null;
        });
    };
    const timer = setInterval(start, everyMs);
    timer.unref();
    if (atOnce) start();
    return async () => {
      clearInterval(timer);
      clearTimeout(again);
      await running;
    };
  });
  return {
    close: async () => {
      stopping.abort();
      await Promise.all(rounds.map((end) => end()));
    },
  };
}
