import { pullIterator } from '@souk/runtime/async';

/** Connects a producer that cannot wait with a consumer that pulls. */
export interface BoundedChannel<Item extends {}> extends AsyncIterableIterator<Item> {
  push(item: Item): void;
  /** Ends after what is queued; an error is passed to the consumer last. */
  end(error?: unknown): void;
}

export interface ChannelOptions {
  capacity: number;
  /** Called once when the consumer has left, or when the channel overflows. */
  onStop(): void;
  /** Called when the consumer has got everything it will ever get, or has left. */
  onOver?(): void;
  /** The error that the consumer gets after the queued items when there was no room for more. */
  overflow(): unknown;
}

/** A queue that never exceeds its capacity: when it is full it ends instead of growing. */
export function createBoundedChannel<Item extends {}>({
  capacity,
  onStop,
  onOver = () => {},
  overflow,
}: ChannelOptions): BoundedChannel<Item> {
  const queue: Item[] = [];
  const waiting: { resolve(item: Item | null): void; reject(error: unknown): void }[] = [];
  let ended = false;
  let failure: { error: unknown } | null = null;

  const finish = (error?: { error: unknown }) => {
    if (ended) return;
    ended = true;
    failure = error ?? null;
    for (const consumer of waiting.splice(0)) settle(consumer);
    overIfRead();
  };
  const overIfRead = () => {
    if (ended && queue.length === 0) onOver();
  };
  const settle = ({ resolve, reject }: (typeof waiting)[number]) => {
    if (!failure) return resolve(null);
    const { error } = failure;
    failure = null;
    reject(error);
  };
  const iterator = pullIterator<Item>({
    next: () =>
      new Promise((resolve, reject) => {
        const item = queue.shift();
        if (item !== undefined) {
          overIfRead();
          return resolve(item);
        }
        if (ended) return settle({ resolve, reject });
        waiting.push({ resolve, reject });
      }),
    leave: () => {
      const stop = !ended;
      queue.length = 0;
      finish();
      overIfRead();
      if (stop) onStop();
    },
  });
  return {
    ...iterator,
    push: (item) => {
      if (ended) return;
      const consumer = waiting.shift();
      if (consumer) return consumer.resolve(item);
      if (queue.length >= capacity) {
        finish({ error: overflow() });
        onStop();
        return;
      }
      queue.push(item);
    },
    end: (...error) =>
      finish(error.length > 0 && error[0] !== undefined ? { error: error[0] } : undefined),
  };
}
