import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { applyOne } from './apply-one.ts';
import { findPending } from './migration-history.ts';
import { type Migration, readMigrations } from './migrations-folder.ts';
import { repositoryLayout } from './project-layout.ts';

export interface MigrationTarget {
  readonly subgraph: string;
  readonly databaseUrl: string;
  /** The folder that holds `<subgraph>/migrations`. Default: this repository's `prisma/`. */
  readonly schemaRoot?: string;
}

/** Any number will do as long as nothing else takes an advisory lock on it: "souk" in ASCII. */
const MIGRATION_LOCK = 0x736f756b;

/**
 * Applies what is pending, oldest first, and returns its names. Each migration is one transaction
 * together with its row in `_prisma_migrations`: it is applied and recorded, or neither. Processes that
 * start at once wait for each other; all but the first find nothing to do.
 *
 * @throws MigrationError MIGRATION_FAILED, MIGRATION_EDITED, MIGRATION_MISSING, MIGRATION_UNFINISHED,
 *   MIGRATION_INCOMPLETE, MIGRATION_NOT_ATOMIC
 */
export async function applyMigrations(target: MigrationTarget): Promise<string[]> {
  return withPending(target, async (pending, all, client) => {
    if (pending.length === 0) return [];
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const stillPending = await findPending(client, target.subgraph, all);
    for (const migration of stillPending) {
      const upToIt = all.slice(0, all.indexOf(migration) + 1);
      await applyOne({ ...target, migration, upToIt });
    }
    return stillPending.map(({ name }) => name);
  });
}

/** The names of the migrations that `applyMigrations` would apply. */
export async function pendingMigrations(target: MigrationTarget): Promise<string[]> {
  return withPending(target, async (pending) => pending.map(({ name }) => name));
}

async function withPending<T>(
  { subgraph, databaseUrl, schemaRoot = repositoryLayout().schemaRoot }: MigrationTarget,
  use: (pending: Migration[], all: Migration[], client: pg.Client) => Promise<T>,
): Promise<T> {
  const all = readMigrations(schemaRoot, subgraph);
  const client = openClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await use(await findPending(client, subgraph, all), all, client);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}
