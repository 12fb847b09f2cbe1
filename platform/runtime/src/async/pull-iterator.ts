const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** The two ends of an iterator: where its items come from, and what happens when its consumer leaves. */
export interface PullSource<Item> {
  /** The next item, or `null` when there are no more. */
  next(): Promise<Item | null>;
  /** Called when the consumer leaves; a pending `next` must then settle. */
  leave(): unknown;
}

/**
 * An async iterator whose consumer can leave at once. A generator's own `return()` waits until its pending
 * step ends, which for a quiet stream may be never.
 */
export const pullIterator = <Item extends {}>({
  next,
  leave,
}: PullSource<Item>): AsyncIterableIterator<Item, undefined, undefined> => ({
  next: async () => {
    const value = await next();
    return value === null ? DONE : { done: false, value };
  },
  return: async () => {
    await leave();
    return DONE;
  },
  [Symbol.asyncIterator]() {
    return this;
  },
});
