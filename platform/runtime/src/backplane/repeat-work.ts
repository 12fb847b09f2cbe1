import { createTroubleLog } from '../persistence/trouble-log.ts';
import type { Logger } from '../process/logging.ts';
import type { JobWorker } from './backplane.ts';

/** Something that a process does again and again until it is closed. */
export interface RepeatedWork {
  readonly everyMs: number;
  /** The next round does not begin before this one has ended, nor is it made up for when it is late. */
  round(stopping: AbortSignal): Promise<unknown>;
  /** What the log says while rounds fail; the next one comes all the same. */
  readonly failure: string;
  /** Begins with a round, not with a pause. */
  readonly atOnce?: boolean;
}

/** Does each of these beside the others. Closing waits for the rounds under way. */
export function repeatWork(works: readonly RepeatedWork[], logger: Logger): JobWorker {
  const stopping = new AbortController();
  const rounds = works.map(({ round, failure, everyMs, atOnce = false }) => {
    const trouble = createTroubleLog(logger, failure);
    let running: Promise<unknown> | null = null;
    const start = () => {
      running ??= (async () => round(stopping.signal))()
        .then(trouble.went, trouble.failed)
        .finally(() => {
          running = null;
        });
    };
    const timer = setInterval(start, everyMs);
    timer.unref();
    if (atOnce) start();
    return async () => {
      clearInterval(timer);
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
