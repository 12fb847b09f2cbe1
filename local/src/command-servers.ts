import { join } from 'node:path';
import { type Postgres, usePostgres, useRedis } from '@souk/embedded';
import { applyMigrations } from '@souk/migrations';
import { type Backplane, createBackplane } from '@souk/runtime/backplane';
import { silentLogger } from '@souk/runtime/process';
import {
  databaseUrlVariable,
  JOBS_DATABASE,
  SUBGRAPH_NAMES,
  SUBGRAPHS,
  type SubgraphName,
} from '../../souk.config.ts';

/**
 * What a command works on beside a running Souk: what the environment names, else the embedded servers
 * of the data folder, which are started only when they are needed and do not run yet.
 */
export interface CommandServers {
  /** Migrated; `<NAME>_DATABASE_URL`, else the embedded ones. */
  databaseUrls(): Promise<Record<SubgraphName, string>>;
  /** On `REDIS_URL`, else on the data folder's Redis, else on its PostgreSQL. */
  backplane(): Promise<Backplane>;
  close(): Promise<void>;
}

export function commandServers(dataDir: string, env = process.env): CommandServers {
  const closers: (() => Promise<void>)[] = [];
  let starting: Promise<Postgres> | undefined;
  const embedded = () => {
    starting ??= usePostgres({ dataDir: join(dataDir, 'postgres') }).then((postgres) => {
      closers.push(postgres.stop);
      return postgres;
    });
    return starting;
  };
  const embeddedUrl = async (database: string) => {
    const postgres = await embedded();
    await postgres.ensureDatabase(database);
    return postgres.urlFor(database);
  };
  return {
    async databaseUrls() {
      const urls: Partial<Record<SubgraphName, string>> = {};
      for (const subgraph of SUBGRAPH_NAMES) {
        const named = env[databaseUrlVariable(subgraph)];
        const databaseUrl = named || (await embeddedUrl(SUBGRAPHS[subgraph].database));
        await applyMigrations({ subgraph, databaseUrl });
        urls[subgraph] = databaseUrl;
      }
      return urls as Record<SubgraphName, string>;
    },
    async backplane() {
      const redis = await useRedis({ dataDir: join(dataDir, 'redis'), env });
      if (redis) closers.push(redis.stop);
      const backplane = await createBackplane({
        ...(redis
          ? { redisUrl: redis.url }
          : { jobsDatabaseUrl: await embeddedUrl(JOBS_DATABASE) }),
        logger: silentLogger,
      });
      closers.push(backplane.close);
      return backplane;
    },
    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}
