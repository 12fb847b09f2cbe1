import { randomUUID } from 'node:crypto';
import type { CacheStore } from '../keyv-cache.ts';
import type { RedisClient } from './redis-clients.ts';
import { orUnavailable } from './redis-unavailable.ts';

/** Keyv's store on the connection we already have. Keys are `<prefix>:cache:` and `<prefix>:once:`. */
export const createRedisCacheStore = (client: RedisClient, keyPrefix: string): CacheStore => {
  const keyOf = (key: string) => `${keyPrefix}:cache:${key}`;
  const store: CacheStore = {
    opts: {},
    get: async <Value>(key: string) =>
      ((await orUnavailable(client.get(keyOf(key)))) ?? undefined) as Value | undefined,
    async set(key: string, value: string, ttlMs?: number) {
      const stored = ttlMs
        ? client.set(keyOf(key), value, 'PX', ttlMs)
        : client.set(keyOf(key), value);
      await orUnavailable(stored);
    },
    delete: async (key) => (await orUnavailable(client.del(keyOf(key)))) > 0,
    async clear() {
      const nodes = 'nodes' in client ? client.nodes('master') : [client];
      for (const node of nodes) {
        for await (const keys of node.scanStream({ match: `${escapeGlob(keyOf(''))}*` })) {
          await Promise.all((keys as string[]).map((key) => client.unlink(key)));
        }
      }
    },
    async claim(key, ttlMs) {
      const stored = `${keyPrefix}:once:${key}`;
      const claimant = randomUUID();
      const answer = await orUnavailable(client.set(stored, claimant, 'PX', ttlMs, 'NX'));
      if (answer === 'OK') return true;
      // ioredis sends a command again whose connection broke before the answer: then the claim
      // that stands in the way may be this very one.
      return (await orUnavailable(client.get(stored))) === claimant;
    },
    on: () => store,
  };
  return store;
};

const escapeGlob = (text: string) => text.replace(/[\\*?[\]]/g, '\\$&');
