import { Keyv, type KeyvStoreAdapter } from 'keyv';
import type { Logger } from '../process/logging.ts';
import type { Cache } from './backplane.ts';
import { isAway } from './when-away.ts';

export interface CacheStore extends KeyvStoreAdapter {
  /** Stores a mark and answers true where there is none. */
  claim(key: string, ttlMs: number): Promise<boolean>;
}

/** Keyv serialises values on both stores, so what is read is never the object that was stored. */
export const createCache = (store: CacheStore, logger: Logger): Cache => {
  // The store puts its own prefix before keys: Keyv's leaves out keys that begin like it.
  const keyv = new Keyv({ store, useKeyPrefix: false, throwOnErrors: true });
  keyv.on('error', () => undefined); // The same error is thrown; unheard it would be thrown twice.

  return {
    get: async <T>(key: string) => {
      try {
        return await keyv.get<T>(key);
      } catch (error) {
        if (!isAway(error)) throw error;
        logger.debug({ err: error }, 'The cache is away: nothing found');
        return undefined;
      }
    },
    async set(key, value, ttlSeconds) {
      const ttlMs = milliseconds(ttlSeconds);
      try {
        await keyv.set(key, value, ttlMs);
      } catch (error) {
        if (!isAway(error)) throw error;
        logger.debug({ err: error }, 'The cache is away: nothing kept');
      }
    },
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
