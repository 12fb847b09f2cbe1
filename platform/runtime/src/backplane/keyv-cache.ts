import { Keyv, type KeyvStoreAdapter } from 'keyv';
import type { Logger } from '../process/logging.ts';
import type { Cache } from './backplane.ts';
import { isAway } from './when-away.ts';

export interface CacheStore extends KeyvStoreAdapter {
  /** The values of keys on one node, at one moment. */
  getMany<Value>(keys: string[]): Promise<(Value | undefined)[]>;
  /** Atomically stores the number unless a higher one is stored. */
  raise(key: string, value: number, ttlMs: number): Promise<void>;
  highest(key: string): Promise<number>;
  /** Stores a marker and returns true if there is none. */
  claim(key: string, ttlMs: number): Promise<boolean>;
}

/** Keyv serialises values with both stores, so what is read is never the object that was stored. */
export const createCache = (store: CacheStore, logger: Logger): Cache => {
  // The store adds its own prefix to keys: Keyv's would be left out for keys that already begin with it.
  const keyv = new Keyv({ store, useKeyPrefix: false, throwOnErrors: true });
  keyv.on('error', () => undefined); // The same error is thrown; unheard it would be thrown twice.

  /** Undefined while the store is away: a cache is only a shortcut. */
  const unlessAway = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      logger.debug({ err: error }, 'The cache is away: nothing found or kept');
      return undefined;
    }
  };

  return {
    get: <T>(key: string) => unlessAway(() => keyv.get<T>(key)),
    getMany: async <T>(keys: readonly string[]) =>
      (await unlessAway(() => keyv.getMany<T>([...keys]))) ?? keys.map(() => undefined),
    async set(key, value, ttlSeconds) {
      const ttlMs = milliseconds(ttlSeconds);
      await unlessAway(() => keyv.set(key, value, ttlMs));
    },
    async raise(key, value, ttlSeconds) {
      const ttlMs = milliseconds(ttlSeconds);
      await unlessAway(() => store.raise(key, value, ttlMs));
    },
    highest: async (key) => (await unlessAway(() => store.highest(key))) ?? 0,
    async delete(key) {
      await keyv.delete(key);
    },
    claimOnce: async (key, ttlSeconds) => store.claim(key, milliseconds(ttlSeconds)),
  };
};

const milliseconds = (seconds: number): number => {
  if (!(seconds > 0)) throw new RangeError(`A time to live is above 0 seconds, not ${seconds}.`);
  return Math.max(1, Math.round(seconds * 1_000));
};
