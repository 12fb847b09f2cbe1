/**
 * One error for all: Node creates an error, with its stack, for each signal that is aborted without a reason.
 */
export const STOPPED = new DOMException('stopped', 'AbortError');

/**
 * Makes a generator that can be stopped while it waits: a generator's own `return()` would wait until its
 * pending step ends, which for a quiet stream may be never. `make` gets the signal that tells it to release
 * its resources. `onOver` is called once, however the generator ends; `stopped` lets somebody other than the
 * consumer stop it.
 */
export function stoppable<Item>(
  make: (signal: AbortSignal) => AsyncGenerator<Item, void, undefined>,
  {
    onOver = () => {},
    stopped = new AbortController(),
  }: { onOver?: () => void; stopped?: AbortController } = {},
): AsyncIterableIterator<Item, undefined, undefined> {
  const { signal } = stopped;
  const items = make(signal);
  const done = { done: true, value: undefined } as const;
  const pending = new Set<(result: typeof done) => void>();
  let isOver = false;
  const over = () => {
    if (isOver) return;
    isOver = true;
    onOver();
  };
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return resolve(done);
        pending.add(resolve);
        items.next().then(
          (result) => {
            pending.delete(resolve);
            if (result.done) over();
            resolve(result.done ? done : result);
          },
          (error) => {
            pending.delete(resolve);
            over();
            reject(error);
          },
        );
      }),
    return: async () => {
      stopped.abort(STOPPED);
      over();
      for (const resolve of pending) resolve(done);
      pending.clear();
      items.return().catch(() => {});
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
