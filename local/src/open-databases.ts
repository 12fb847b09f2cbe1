import type { Postgres } from '@souk/embedded';
import { applyMigrations } from '@souk/migrations';
import { SUBGRAPH_NAMES, SUBGRAPHS, type SubgraphName } from '../../souk.config.ts';

/** BullMQ's tables live here when there is no Redis. */
export const JOBS_DATABASE = 'jobs';

export interface OpenDatabases {
  urls: Record<SubgraphName, string>;
  jobsUrl: string;
  /** How many migrations were applied just now. */
  migrated: number;
}

/** A migrated database for each subgraph on one server. */
export async function openDatabases(postgres: Postgres): Promise<OpenDatabases> {
  const opened = await Promise.all(
    SUBGRAPH_NAMES.map(async (subgraph) => {
      const { database } = SUBGRAPHS[subgraph];
      await postgres.ensureDatabase(database);
      const databaseUrl = postgres.urlFor(database);
      const applied = await applyMigrations({ subgraph, databaseUrl });
      return { subgraph, databaseUrl, applied: applied.length };
    }),
  );
  await postgres.ensureDatabase(JOBS_DATABASE);
  return {
    urls: Object.fromEntries(
      opened.map(({ subgraph, databaseUrl }) => [subgraph, databaseUrl]),
    ) as Record<SubgraphName, string>,
    jobsUrl: postgres.urlFor(JOBS_DATABASE),
    migrated: opened.reduce((sum, { applied }) => sum + applied, 0),
  };
}
