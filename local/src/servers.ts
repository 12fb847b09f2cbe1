import { join } from 'node:path';
import { findRedis, type Postgres, type Redis, startPostgres } from '@souk/embedded';
import { type Backplane, createBackplane, type Logger } from '@souk/runtime';
import { type OpenDatabases, openDatabases } from './open-databases.ts';

/** What stands below the supergraph on this machine. */
export interface Servers {
  readonly postgres: Postgres;
  readonly redis: Redis | null;
  readonly databases: OpenDatabases;
  stop(): Promise<void>;
}

/** PostgreSQL with migrated databases, and Redis where there is one. */
export async function startServers(dataDir: string): Promise<Servers> {
  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir: join(dataDir, 'postgres') }),
    findRedis({ dataDir: join(dataDir, 'redis') }),
  ]);
  const stop = async () => {
    await Promise.all([redis?.stop(), postgres.stop()]);
  };
  try {
    return { postgres, redis, databases: await openDatabases(postgres), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The backplane these servers allow. */
export const backplaneOn = ({ redis, databases }: Servers, logger: Logger): Promise<Backplane> =>
  createBackplane(
    redis ? { redisUrl: redis.url, logger } : { jobsDatabaseUrl: databases.jobsUrl, logger },
  );
