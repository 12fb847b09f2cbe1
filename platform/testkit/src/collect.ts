import { until } from './until.ts';

/** What an iterator has sent so far, growing in the background. */
export interface Collected<Item> extends AsyncDisposable {
  readonly items: Item[];
  /** True once the iterator has ended by itself. */
  readonly ended: boolean;
  /** Waits until at least so many items came; resolves to all of them. */
  atLeast(count: number): Promise<Item[]>;
  /** Waits until an item satisfies the test; resolves to it. */
  find(test: (item: Item) => boolean): Promise<Item>;
  untilEnded(): Promise<void>;
  stop(): Promise<void>;
}

export function collect<Item>(iterator: AsyncIterableIterator<Item>): Collected<Item> {
  const items: Item[] = [];
  let ended = false;
  let failure: unknown = null;
  const running = (async () => {
    for await (const item of iterator) items.push(JSON.parse(JSON.stringify(item)));
  })().then(
    () => {
      ended = true;
    },
    (error: unknown) => {
      ended = true;
      failure = error;
    },
  );
  const soFar = () => `${items.length} item(s) so far: ${JSON.stringify(items).slice(0, 2_000)}`;
  const check = () => {
    if (failure) throw failure;
  };
  const stop = async () => {
    await iterator.return?.();
    await running;
  };
  return {
    items,
    get ended() {
      return ended;
    },
    atLeast: async (count) => {
      await until(
        () => {
          check();
          return items.length >= count;
        },
        { describe: soFar },
      );
      return items;
    },
    find: (test) =>
      until(
        () => {
          check();
          return items.find(test);
        },
        { describe: soFar },
      ) as Promise<Item>,
    untilEnded: async () => {
      await until(() => ended, { describe: soFar });
      check();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
