/**
 * What a follower of a stream sends on: each item as `select` makes it, without those it has
 * nothing to say about (null). Not a generator, since a generator's `return()` would wait for the
 * next item, which on a quiet stream never comes. When `select` fails, the stream is left.
 */
export function selectItems<In, Out>(
  items: AsyncIterator<In, unknown, undefined>,
  select: (item: In) => Promise<Out | null> | Out | null,
): AsyncIterableIterator<Out> {
  return {
    next: async () => {
      for (;;) {
        const { done, value } = await items.next();
        if (done) return { done, value: undefined };
        try {
          const selected = await select(value);
          if (selected !== null) return { done: false, value: selected };
        } catch (error) {
          await items.return?.();
          throw error;
        }
      }
    },
    return: async () => {
      await items.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
