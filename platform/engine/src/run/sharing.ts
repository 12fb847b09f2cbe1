/**
 * Lets equal work that is in flight be done once: the first request starts it, later ones get the same
 * result. Nothing is kept once the result is there. The work is aborted only when every request has been
 * abandoned, so it can only be aborted if each of them can be.
 */
export interface InFlight<Result extends unknown[]> {
  /** True when the work was already in flight. */
  run(
    key: string,
    asker: AbortSignal | undefined,
    done: (...result: Result) => void,
    start: (signal: AbortSignal | undefined, done: (...result: Result) => void) => void,
  ): boolean;
  readonly size: number;
}

interface Shared<Result extends unknown[]> {
  /** Absent when the first request waits whatever happens. */
  readonly controller: AbortController | undefined;
  readonly waiting: ((...result: Result) => void)[];
  /** Requests that still wait. */
  present: number;
}

export function createInFlight<Result extends unknown[]>(): InFlight<Result> {
  const running = new Map<string, Shared<Result>>();

  const join = (
    shared: Shared<Result>,
    asker: AbortSignal | undefined,
    done: (...result: Result) => void,
  ): void => {
    shared.waiting.push(done);
    shared.present += 1;
    if (!asker || !shared.controller) return;
    const leave = (): void => {
      shared.present -= 1;
      if (shared.present === 0) shared.controller?.abort();
    };
    if (asker.aborted) leave();
    else asker.addEventListener('abort', leave, { once: true });
  };

  return {
    run(key, asker, done, start) {
      const before = running.get(key);
      if (before && !before.controller?.signal.aborted) {
        join(before, asker, done);
        return true;
      }
      const controller = asker && new AbortController();
      const shared: Shared<Result> = { controller, waiting: [], present: 0 };
      running.set(key, shared);
      join(shared, asker, done);
      start(controller?.signal, (...result) => {
        if (running.get(key) === shared) running.delete(key);
        // Removed explicitly, since the map's outgrown tables may keep entries alive for a long time.
        for (const waiter of shared.waiting.splice(0)) waiter(...result);
      });
      return false;
    },
    get size() {
      return running.size;
    },
  };
}
