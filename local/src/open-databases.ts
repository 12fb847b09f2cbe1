import type { Postgres } from '@souk/embedded';
import { applyMigrations } from '@souk/prisma';
import { SUBGRAPHS, type SubgraphName } from '@souk/runtime';

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
    SUBGRAPHS.map(async (subgraph) => {
      await postgres.ensureDatabase(subgraph);
      const databaseUrl = postgres.urlFor(subgraph);
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
