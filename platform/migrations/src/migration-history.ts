import type pg from 'pg';
import { migrationEdited, migrationMissing, migrationUnfinished } from './migration-error.ts';
import type { Migration } from './migrations-folder.ts';

interface AppliedRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Compares the folder with what the database says it has, by SQL alone: no engine is loaded when there
 * is nothing to do.
 *
 * @returns the migrations that are not applied yet, oldest first
 * @throws MigrationError MIGRATION_EDITED, MIGRATION_MISSING, MIGRATION_UNFINISHED
 */
export async function findPending(
  client: pg.ClientBase,
  subgraph: string,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const applied = await readHistory(client);
  const inFolder = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const name = row.migration_name;
    if (!row.finished_at) throw migrationUnfinished(subgraph, name);
    const migration = inFolder.get(name);
    if (!migration) throw migrationMissing(subgraph, name);
    if (migration.checksum !== row.checksum) throw migrationEdited(subgraph, name);
  }
  const names = new Set(applied.map((row) => row.migration_name));
  return migrations.filter((migration) => !names.has(migration.name));
}

async function readHistory(client: pg.ClientBase): Promise<AppliedRow[]> {
  const exists = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS yes`);
  if (!exists.rows[0].yes) return [];
  const { rows } = await client.query<AppliedRow>(
    `SELECT migration_name, checksum, finished_at FROM _prisma_migrations
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}
