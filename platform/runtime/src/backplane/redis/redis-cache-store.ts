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
    claim: async (key, ttlMs) =>
      (await orUnavailable(client.set(`${keyPrefix}:once:${key}`, '1', 'PX', ttlMs, 'NX'))) ===
      'OK',
    on: () => store,
  };
  return store;
};

const escapeGlob = (text: string) => text.replace(/[\\*?[\]]/g, '\\$&');
