/** Events completed concurrently: during a replay, the fetches of one need not wait for those of another. */
export const EVENTS_AHEAD = 16;

type Settled<Item> = { result: IteratorResult<Item> } | { error: unknown };

/**
 * Works on up to `ahead` items at a time and yields the results in the order of the items. The end of the
 * source, including a failure, comes after the results of everything before it.
 */
export async function* inOrder<In, Out>(
  source: AsyncIterator<In>,
  ahead: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const pull = (): Promise<Settled<In>> =>
    source.next().then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
  const running: Promise<Out>[] = [];
  let pending = pull() as Promise<Settled<In>> | null;
  let failure: { error: unknown } | null = null;
  const take = (settled: Settled<In>) => {
    pending = null;
    if ('error' in settled) failure = settled;
    else if (!settled.result.done) {
      const result = work(settled.result.value);
      result.catch(() => {});
      running.push(result);
      pending = pull();
    }
  };
  try {
    for (;;) {
      const [head] = running;
      if (!head) {
        if (!pending) break;
        take(await pending);
        continue;
      }
      const came: Settled<In> | null =
        pending && running.length < ahead
          ? await Promise.race([
              pending,
              head.then(
                () => null,
                () => null,
              ),
            ])
          : null;
      if (came) take(came);
      else {
        running.shift();
        yield await head;
      }
    }
  } finally {
    // Not awaited: a source that is in the middle of a step ends only when its next item has come.
    source.return?.().catch(() => {});
  }
  if (failure) throw (failure as { error: unknown }).error;
}
