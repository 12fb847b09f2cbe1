import { randomUUID } from 'node:crypto';
import type { CacheStore } from '../keyv-cache.ts';
import type { RedisClient } from './redis-clients.ts';
import { orUnavailable } from './redis-unavailable.ts';

/** Compared and written in one step, so that of two concurrent writes the higher remains. */
const RAISE = `
if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1`;

interface RaiseCommand {
  soukRaise(keys: 1, key: string, value: number, ttlMs: number): Promise<1>;
}

/**
 * Keyv's store on the existing connection. Keys are `<prefix>:cache:`, `<prefix>:highest:` and
 * `<prefix>:once:`.
 */
export const createRedisCacheStore = (client: RedisClient, keyPrefix: string): CacheStore => {
  const keyOf = (key: string) => `${keyPrefix}:cache:${key}`;
  const highestOf = (key: string) => `${keyPrefix}:highest:${key}`;
  client.defineCommand('soukRaise', { lua: RAISE });
  const redis = client as RedisClient & RaiseCommand;
  const store: CacheStore = {
    opts: {},
    get: async <Value>(key: string) =>
      ((await orUnavailable(client.get(keyOf(key)))) ?? undefined) as Value | undefined,
    getMany: async <Value>(keys: string[]) => {
      const found = await orUnavailable(client.mget(keys.map(keyOf)));
      return found.map((text) => (text ?? undefined) as Value | undefined);
    },
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
    async raise(key, value, ttlMs) {
      await orUnavailable(redis.soukRaise(1, highestOf(key), value, ttlMs));
    },
    highest: async (key) => Number((await orUnavailable(client.get(highestOf(key)))) ?? 0),
    async claim(key, ttlMs) {
      const stored = `${keyPrefix}:once:${key}`;
      const claimant = randomUUID();
      const answer = await orUnavailable(client.set(stored, claimant, 'PX', ttlMs, 'NX'));
      if (answer === 'OK') return true;
      // ioredis sends a command again whose connection broke before the answer: then the existing claim may
      // be this very one.
      return (await orUnavailable(client.get(stored))) === claimant;
    },
    on: () => store,
  };
  return store;
};

const escapeGlob = (text: string) => text.replace(/[\\*?[\]]/g, '\\$&');
