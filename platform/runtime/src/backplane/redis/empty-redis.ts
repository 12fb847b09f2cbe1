import { Cluster } from 'ioredis';
import { silentLogger } from '../../process/logging.ts';
import { parseRedisUrl } from './redis-address.ts';
import { becomesReady, closeRedis, openRedis } from './redis-clients.ts';

/** Keys looked at in one command. */
const BATCH = 1_000;

/**
 * Removes every key of ours: queues, presence, caches and rates, all of which are made anew from the
 * databases. Keys of others on the same Redis stay.
 *
 * @throws when Redis does not answer
 */
export async function emptyRedis(url: string, keyPrefix = 'souk'): Promise<void> {
  const client = openRedis(parseRedisUrl(url), 'producers', silentLogger);
  try {
    if (!(await becomesReady(client, 3_000))) throw new Error('Redis does not answer.');
    const nodes = client instanceof Cluster ? client.nodes('master') : [client];
    // A brace begins what a Redis Cluster keeps on one node.
    for (const pattern of [`${keyPrefix}:*`, `{${keyPrefix}:*`, `{${keyPrefix}}*`]) {
      for (const node of nodes) {
        for await (const keys of node.scanStream({ match: pattern, count: BATCH })) {
          await Promise.all((keys as string[]).map((key) => client.unlink(key)));
        }
      }
    }
  } finally {
    await closeRedis(client);
  }
}
