import { openClient } from '@souk/runtime/postgres';
import { migrationUnknown } from './migration-error.ts';

export interface Resolution {
  readonly subgraph: string;
  readonly databaseUrl: string;
  readonly migration: string;
  /** Whether its changes are in the database, by whatever means, or none of them is. */
  readonly outcome: 'applied' | 'rolled-back';
}

/** Settles a migration that was started and did not finish, so that the next run goes on. */
export async function resolveMigration(resolution: Resolution): Promise<void> {
  const { subgraph, databaseUrl, migration, outcome } = resolution;
  const column = outcome === 'applied' ? 'finished_at' : 'rolled_back_at';
  const client = openClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `UPDATE _prisma_migrations SET ${column} = now()
       WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
      [migration],
    );
    if (!rowCount) throw migrationUnknown(subgraph, migration);
  } finally {
    await client.end();
  }
}
