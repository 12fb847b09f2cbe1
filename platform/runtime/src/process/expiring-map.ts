export interface ExpiringMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value, ttlMs?: number): void;
  delete(key: string): boolean;
  clear(): void;
  readonly size: number;
}

const SWEEP_EVERY_MS = 60_000;

/**
 * A map that forgets each entry after its time, and beyond `maxEntries` the oldest. Expired entries that are
 * never read are removed by a later `set`, so no timer keeps the process alive.
 */
export const createExpiringMap = <Value>({
  maxEntries = Number.POSITIVE_INFINITY,
  now = Date.now,
} = {}): ExpiringMap<Value> => {
  const entries = new Map<string, { value: Value; expiresAt: number }>();
  let nextSweep = now() + SWEEP_EVERY_MS;

  const sweep = () => {
    if (now() < nextSweep) return;
    nextSweep = now() + SWEEP_EVERY_MS;
    for (const [key, { expiresAt }] of entries) if (expiresAt <= now()) entries.delete(key);
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry && entry.expiresAt > now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value, ttlMs = Number.POSITIVE_INFINITY) {
      sweep();
      entries.delete(key); // So that the order of the map stays the order of writing.
      entries.set(key, { value, expiresAt: now() + ttlMs });
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => entries.delete(key),
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
  };
};
