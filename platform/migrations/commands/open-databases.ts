import { join } from 'node:path';
import { type Postgres, usePostgres } from '@souk/embedded';
import { openClient } from '@souk/runtime/postgres';
import { JOBS_DATABASE, SUBGRAPHS, type SubgraphName } from '../../../souk.config.ts';
import { databaseUrlFromEnvironment } from '../src/database-urls.ts';

export interface OpenDatabases {
  /** The subgraph's own database; made first where it is on the embedded server. */
  urlFor(subgraph: SubgraphName): Promise<string>;
  /** A database on the same server, for work in scratch databases. */
  serverUrlFor(subgraph: SubgraphName): Promise<string>;
  /** Forgets the jobs that the embedded server keeps where there is no Redis. */
  dropJobs(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The databases a command works on: those named in the environment, else those of the embedded server,
 * which is started only when one of them is needed and shared with a Souk that runs already.
 */
export function openDatabases(dataDir: string): OpenDatabases {
  let starting: Promise<Postgres> | undefined;
  const embedded = () => {
    starting ??= usePostgres({ dataDir: postgresFolder(dataDir) });
    return starting;
  };
  return {
    async urlFor(subgraph) {
      const named = databaseUrlFromEnvironment(subgraph);
      if (named) return named;
      const postgres = await embedded();
      const { database } = SUBGRAPHS[subgraph];
      await postgres.ensureDatabase(database);
      return postgres.urlFor(database);
    },
    async serverUrlFor(subgraph) {
      return databaseUrlFromEnvironment(subgraph) ?? (await embedded()).urlFor('postgres');
    },
    async dropJobs() {
      const client = openClient({ connectionString: (await embedded()).urlFor('postgres') });
      await client.connect();
      await client.query(`DROP DATABASE IF EXISTS ${JOBS_DATABASE}`);
      await client.end();
    },
    async close() {
      await (await starting?.catch(() => undefined))?.stop();
    },
  };
}

export const postgresFolder = (dataDir: string) => join(dataDir, 'postgres');
export const redisFolder = (dataDir: string) => join(dataDir, 'redis');
