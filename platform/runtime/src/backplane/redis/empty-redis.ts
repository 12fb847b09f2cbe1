import { Cluster } from 'ioredis';
import { silentLogger } from '../../process/logging.ts';
import { parseRedisUrl } from './redis-address.ts';
import { becomesReady, closeRedis, openRedis } from './redis-clients.ts';

/** Keys examined in one command. */
const BATCH = 1_000;

/**
 * Removes every key of Souk: queues, presence, caches and rates, all of which are rebuilt from the databases.
 * Other keys in the same Redis stay.
 *
 * @throws when Redis does not answer
 */
export async function emptyRedis(url: string, keyPrefix = 'souk'): Promise<void> {
  const client = openRedis(parseRedisUrl(url), 'producers', silentLogger);
  try {
    if (!(await becomesReady(client, 3_000))) throw new Error('Redis does not answer.');
    const nodes = client instanceof Cluster ? client.nodes('master') : [client];
    // The part in braces decides which node of a Redis Cluster holds a key.
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
