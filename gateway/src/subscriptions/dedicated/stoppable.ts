/**
 * Makes a generator that can be stopped while it waits: a generator's own `return()` would wait
 * until its pending step ends, which for a quiet stream may be never. `make` gets the signal that
 * tells it to let go of what it holds.
 */
export function stoppable<Item>(
  make: (signal: AbortSignal) => AsyncGenerator<Item, void, undefined>,
): AsyncIterableIterator<Item> {
  const stopped = new AbortController();
  const items = make(stopped.signal);
  const done: IteratorResult<Item> = { done: true, value: undefined };
  const pending = new Set<(result: IteratorResult<Item>) => void>();
  const stop = () => {
    stopped.abort();
    for (const resolve of pending) resolve(done);
    pending.clear();
    items.return().catch(() => {});
  };
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (stopped.signal.aborted) return resolve(done);
        pending.add(resolve);
        items.next().then(
          (result) => {
            pending.delete(resolve);
            resolve(result);
          },
          (error) => {
            pending.delete(resolve);
            reject(error);
          },
        );
      }),
    return: async () => {
      stop();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
