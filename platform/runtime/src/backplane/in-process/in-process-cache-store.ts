import { createExpiringMap } from '../../process/expiring-map.ts';
import type { CacheStore } from '../keyv-cache.ts';

/** Enough for one process's sessions and documents, and a limit on memory. */
const MAX_CACHED = 50_000;

export const createInProcessCacheStore = (): CacheStore => {
  const cached = createExpiringMap<string>({ maxEntries: MAX_CACHED });
  const highest = createExpiringMap<number>({ maxEntries: MAX_CACHED });
  // Claims have no such limit: forgetting one early would break its promise.
  const claimed = createExpiringMap<true>();
  const store: CacheStore = {
    opts: {},
    get: async <Value>(key: string) => cached.get(key) as Value | undefined,
    getMany: async <Value>(keys: string[]) =>
      keys.map((key) => cached.get(key) as Value | undefined),
    set: async (key: string, value: string, ttlMs?: number) => cached.set(key, value, ttlMs),
    delete: async (key) => cached.delete(key),
    clear: async () => cached.clear(),
    async raise(key, value, ttlMs) {
      if (value > (highest.get(key) ?? 0)) highest.set(key, value, ttlMs);
    },
    highest: async (key) => highest.get(key) ?? 0,
    async claim(key, ttlMs) {
      if (claimed.get(key)) return false;
      claimed.set(key, true, ttlMs);
      return true;
    },
    on: () => store,
  };
  return store;
};
