import { join } from 'node:path';
import {
  findRedis,
  type OnServerChange,
  type Postgres,
  type Redis,
  startPostgres,
} from '@souk/embedded';
import { type Backplane, createBackplane } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';
import { type OpenDatabases, openDatabases } from './open-databases.ts';

/** What stands below the supergraph on this machine. */
export interface Servers {
  readonly postgres: Postgres;
  readonly redis: Redis | null;
  readonly databases: OpenDatabases;
  stop(): Promise<void>;
}

export interface ServersOptions {
  /** Called when a server ends unasked, and when it is back. */
  readonly onChange?: OnServerChange;
  readonly onStep?: (step: string) => void;
}

/** PostgreSQL with migrated databases, and Redis where there is one. */
export async function startServers(
  dataDir: string,
  { onChange, onStep }: ServersOptions = {},
): Promise<Servers> {
  const starting = await Promise.allSettled([
    startPostgres({ dataDir: join(dataDir, 'postgres'), onChange }),
    findRedis({ dataDir: join(dataDir, 'redis'), onChange }),
  ] as const);
  const [postgresStart, redisStart] = starting;
  const stop = async () => {
    await Promise.all(
      starting.map((start) => (start.status === 'fulfilled' ? start.value?.stop() : undefined)),
    );
  };
  try {
    const postgres = startedOrThrown(postgresStart);
    const redis = startedOrThrown(redisStart);
    onStep?.('bringing the databases up to date');
    return { postgres, redis, databases: await openDatabases(postgres, onStep), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What was started, or the reason why it was not, thrown. */
function startedOrThrown<Value>(start: PromiseSettledResult<Value>): Value {
  if (start.status === 'rejected') throw start.reason;
  return start.value;
}

/** The backplane these servers allow. */
export const backplaneOn = ({ redis, databases }: Servers, logger: Logger): Promise<Backplane> =>
  createBackplane(
    redis ? { redisUrl: redis.url, logger } : { jobsDatabaseUrl: databases.jobsUrl, logger },
  );
