import { pullIterator } from '@souk/runtime/async';

/**
 * A feed in which only the newest item of each key counts, given in the order in which they were
 * put: a reader who is slow finds fewer items, not more memory. For ephemeral things; what must not
 * be skipped goes through the event log.
 */
export interface LatestOnly<Item extends {}> extends AsyncIterableIterator<Item> {
  put(key: string, item: Item): void;
  readonly ended: boolean;
  /** Ends the feed for its reader, at once and for good. */
  end(): void;
}

export function createLatestOnly<Item extends {}>(onEnd: () => void): LatestOnly<Item> {
  const waiting = new Map<string, Item>();
  let ended = false;
  let readers: (() => void)[] = [];

  const wake = () => {
    const woken = readers;
    readers = [];
    for (const resume of woken) resume();
  };
  const end = () => {
    if (ended) return;
    ended = true;
    waiting.clear();
    wake();
    onEnd();
  };
  const next = async (): Promise<Item | null> => {
    for (;;) {
      if (ended) return null;
      const [first] = waiting;
      if (first) {
        waiting.delete(first[0]);
        return first[1];
      }
      await new Promise<void>((resolve) => readers.push(resolve));
    }
  };
  const iterator = pullIterator({ next, leave: end });
  return {
    ...iterator,
    get ended() {
      return ended;
    },
    put: (key, item) => {
      if (ended) return;
      // A key that waits already would keep its place, before what has been put since.
      waiting.delete(key);
      waiting.set(key, item);
      wake();
    },
    end,
  };
}
