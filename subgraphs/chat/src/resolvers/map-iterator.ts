/**
 * Maps an iterator's items; those that become null are left out. Unlike a generator it passes
 * `return()` on at once, also while an item is being waited for.
 */
export const mapIterator = <In, Out>(
  source: AsyncIterableIterator<In>,
  map: (item: In) => Promise<Out | null> | Out | null,
): AsyncIterableIterator<Out> => ({
  next: async () => {
    for (;;) {
      const { done, value } = await source.next();
      if (done) return { done, value: undefined };
      try {
        const mapped = await map(value);
        if (mapped !== null) return { done: false, value: mapped };
      } catch (error) {
        await source.return?.();
        throw error;
      }
    }
  },
  return: async () => {
    await source.return?.();
    return { done: true, value: undefined };
  },
  [Symbol.asyncIterator]() {
    return this;
  },
});
