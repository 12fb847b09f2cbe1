export type Counts = ReturnType<typeof createCounts>;

/** Counts by key, each up to a limit; keys with a count of zero are removed. */
export function createCounts(limit: number) {
  const counts = new Map<string, number>();
  return {
    /** False when the key has reached the limit. */
    take: (key: string): boolean => {
      const count = counts.get(key) ?? 0;
      if (count >= limit) return false;
      counts.set(key, count + 1);
      return true;
    },
    give: (key: string): void => {
      const count = (counts.get(key) ?? 1) - 1;
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
    },
  };
}
