/**
 * Lets equal work that is in flight be done once: the first asker starts it, later ones wait for
 * the same promise. Nothing is kept once it has settled. The work is only called off when every
 * asker has gone away.
 */
export interface InFlight<Value> {
  run(
    key: string,
    asker: AbortSignal | undefined,
    start: (signal: AbortSignal | undefined) => Promise<Value>,
  ): Promise<Value>;
  readonly size: number;
}

interface Shared<Value> {
  readonly promise: Promise<Value>;
  readonly signal: AbortSignal;
  join(asker: AbortSignal | undefined): void;
}

export function createInFlight<Value>(): InFlight<Value> {
  const running = new Map<string, Shared<Value>>();
  return {
    run(key, asker, start) {
      const before = running.get(key);
      if (before && !before.signal.aborted) {
        before.join(asker);
        return before.promise;
      }
      const { signal, join } = createCommonSignal();
      join(asker);
      const promise = start(signal).finally(() => {
        if (running.get(key)?.signal === signal) running.delete(key);
      });
      running.set(key, { promise, signal, join });
      return promise;
    },
    get size() {
      return running.size;
    },
  };
}

/** Aborts once all who joined have aborted; never, if one of them cannot. */
function createCommonSignal() {
  const controller = new AbortController();
  let waiting = 0;
  const leave = (): void => {
    waiting -= 1;
    if (waiting === 0) controller.abort();
  };
  return {
    signal: controller.signal,
    join(asker: AbortSignal | undefined): void {
      waiting += 1;
      if (asker?.aborted) leave();
      else asker?.addEventListener('abort', leave, { once: true });
    },
  };
}
