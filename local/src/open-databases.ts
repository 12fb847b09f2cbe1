import type { Postgres } from '@souk/embedded';
import { aheadSentence, applyMigrations } from '@souk/migrations';
import { JOBS_DATABASE, SUBGRAPH_NAMES, SUBGRAPHS, type SubgraphName } from '../../souk.config.ts';

export interface OpenDatabases {
  urls: Record<SubgraphName, string>;
  jobsUrl: string;
}

/** A migrated database for each subgraph on one server. */
export async function openDatabases(
  postgres: Postgres,
  onStep?: (step: string) => void,
): Promise<OpenDatabases> {
  const opened = await Promise.all(
    SUBGRAPH_NAMES.map(async (subgraph) => {
      const { database } = SUBGRAPHS[subgraph];
      await postgres.ensureDatabase(database);
      const databaseUrl = postgres.urlFor(database);
      const applied = await applyMigrations({
        subgraph,
        databaseUrl,
        onAhead: (names) => onStep?.(aheadSentence(subgraph, names)),
      });
      return { subgraph, databaseUrl, applied: applied.length };
    }),
  );
  await postgres.ensureDatabase(JOBS_DATABASE);
  const changed = opened.filter(({ applied }) => applied > 0);
  if (changed.length > 0) {
    const counts = changed.map(({ subgraph, applied }) => `${subgraph} ${applied}`).join(', ');
    onStep?.(`applied migrations: ${counts}`);
  }
  return {
    urls: Object.fromEntries(
      opened.map(({ subgraph, databaseUrl }) => [subgraph, databaseUrl]),
    ) as Record<SubgraphName, string>,
    jobsUrl: postgres.urlFor(JOBS_DATABASE),
  };
}
