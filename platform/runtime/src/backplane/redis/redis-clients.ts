import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { reasonOf } from '../../persistence/database-errors.ts';
import type { Logger } from '../../process/logging.ts';
import type { RedisAddress } from './redis-address.ts';

export type RedisClient = Redis | Cluster;

/** Times in milliseconds. Jitter spreads the reconnections of several processes. */
const retryDelay = (attempt: number) => Math.min(50 * attempt, 500) + Math.random() * 50;

const EVERY_CONNECTION: RedisOptions = {
  connectTimeout: 1_000,
  keepAlive: 10_000,
  retryStrategy: retryDelay,
  // A demoted master answers READONLY: reconnect, find the new one, send the command again.
  reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
};

/**
 * Each use of Redis fails in its own way. Requests of people do not wait for a server that is away: there is
 * no offline queue, and a command has half a second. After 2.5 s of silence a connection is given up, and
 * until another one answers every command fails at once. Giving up sooner would mistake a busy process of our
 * own for silence. Adding jobs may take longer, since a batch is one command. Nobody waits for workers, so
 * their commands wait for Redis to come back.
 */
const OPTIONS = {
  commands: {
    enableOfflineQueue: false,
    commandTimeout: 500,
    socketTimeout: 2_500,
    maxRetriesPerRequest: 1,
  },
  producers: { enableOfflineQueue: false, commandTimeout: 5_000, maxRetriesPerRequest: 1 },
  workers: { enableOfflineQueue: true, maxRetriesPerRequest: null },
  // The subscriber resubscribes by itself (redis-subscriber.ts), so none of its commands are queued.
  subscriber: {
    enableOfflineQueue: false,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
  },
} satisfies Record<string, RedisOptions>;

export type RedisUse = keyof typeof OPTIONS;

/** Opens a connection that reconnects forever and whose errors are logged and never end the process. */
export const openRedis = (address: RedisAddress, use: RedisUse, logger: Logger): RedisClient => {
  const client = connect(address, use);
  logAvailability(client, logger.child({ redis: use }));
  return client;
};

/**
 * A single connection for topics even on a Redis Cluster: its nodes pass every publication to each other, and
 * only messages through one node arrive in order.
 */
export const openRedisForTopics = (
  address: RedisAddress,
  use: 'commands' | 'subscriber',
  logger: Logger,
): Redis => {
  const client =
    address.kind === 'cluster' ? connectToAnyOf(address, use) : (connect(address, use) as Redis);
  logAvailability(client, logger.child({ redis: use }));
  return client;
};

const connect = (address: RedisAddress, use: RedisUse): RedisClient => {
  const options = optionsFor(address, use);
  if (address.kind === 'sentinel') {
    return new Redis({
      ...options,
      sentinels: [...address.nodes],
      sentinelRetryStrategy: retryDelay,
      name: address.masterName,
    });
  }
  if (address.kind === 'cluster') {
    return new Cluster([...address.nodes], {
      enableOfflineQueue: OPTIONS[use].enableOfflineQueue,
      clusterRetryStrategy: retryDelay,
      redisOptions: options,
    });
  }
  return new Redis({ ...options, ...address.nodes[0] });
};

/**
 * Begins at a random seed, so that processes are spread over them, and tries the next one at every
 * reconnection; ioredis reads host and port again each time.
 */
const connectToAnyOf = (address: RedisAddress, use: RedisUse): Redis => {
  const start = Math.floor(Math.random() * address.nodes.length);
  const node = (turn: number) => address.nodes[(start + turn) % address.nodes.length];
  const client: Redis = new Redis({
    ...optionsFor(address, use),
    ...node(0),
    retryStrategy: (attempt) => {
      Object.assign(client.options, node(attempt));
      return retryDelay(attempt);
    },
  });
  return client;
};

const optionsFor = (address: RedisAddress, use: RedisUse): RedisOptions => ({
  ...EVERY_CONNECTION,
  ...OPTIONS[use],
  connectionName: `souk-${use}`,
  db: address.database,
  ...(address.username ? { username: address.username } : {}),
  ...(address.password ? { password: address.password } : {}),
  ...(address.tls ? { tls: {} } : {}),
});

/** One line when Redis goes away and one at the same level when it is back, instead of one per attempt. */
const logAvailability = (client: RedisClient, logger: Logger) => {
  let away = false;
  client.on('error', (error: Error) => {
    if (!away) logger.warn({ reason: reasonOf(error) }, 'Redis is away');
    away = true;
  });
  client.on('ready', () => {
    if (away) logger.warn('Redis is back');
    away = false;
  });
};

/** Resolves to whether the connection became usable within the time. */
export const becomesReady = (client: RedisClient, withinMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    if (client.status === 'ready') return resolve(true);
    const settle = (ready: boolean) => {
      clearTimeout(timer);
      client.off('ready', onReady);
      resolve(ready);
    };
    const onReady = () => settle(true);
    const timer = setTimeout(() => settle(false), withinMs);
    client.once('ready', onReady);
  });

/** Lets running commands finish if Redis answers within a second, and closes in any case. */
export const closeRedis = async (client: RedisClient): Promise<void> => {
  if (client.status === 'ready') {
    const quit = client.quit().catch(() => undefined);
    await Promise.race([quit, delay(1_000, undefined, { ref: false })]);
  }
  client.disconnect();
};
