import type pg from 'pg';
import {
  migrationContracted,
  migrationEdited,
  migrationMissing,
  migrationUnfinished,
} from './migration-error.ts';
import type { Migration } from './migrations-folder.ts';

interface AppliedRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
  /** `contract: why`, of one that took something away; see `recordContraction`. */
  readonly logs: string | null;
}

export interface History {
  /** What is not applied yet, oldest first. */
  readonly pending: Migration[];
  /** What a later release applied, which this one can live with: oldest first. */
  readonly ahead: string[];
}

const CONTRACT = 'contract: ';

/**
 * Compares the folder with what the database says it has, by SQL alone: no engine is loaded when there
 * is nothing to do. A database that a later release has migrated is fine as long as that only added:
 * so a release can be rolled back.
 *
 * @param accepted names of later migrations that take something away, which a person has looked at
 * @throws MigrationError MIGRATION_EDITED, MIGRATION_MISSING, MIGRATION_UNFINISHED, MIGRATION_CONTRACTED
 */
export async function compareHistory(
  client: pg.ClientBase,
  subgraph: string,
  migrations: readonly Migration[],
  accepted: readonly string[] = [],
): Promise<History> {
  const applied = await readHistory(client);
  const inFolder = new Map(migrations.map((migration) => [migration.name, migration]));
  const names = new Set(applied.map((row) => row.migration_name));
  const pending = migrations.filter((migration) => !names.has(migration.name));
  const newest = migrations.at(-1)?.name ?? '';
  const ahead: string[] = [];
  for (const { migration_name: name, finished_at, checksum, logs } of applied) {
    if (!finished_at) throw migrationUnfinished(subgraph, name);
    const migration = inFolder.get(name);
    if (migration && migration.checksum !== checksum) throw migrationEdited(subgraph, name);
    if (migration) continue;
    // Of another branch, or a folder that was lost: what is pending may depend on what is not here.
    if (name < newest || pending.length > 0) throw migrationMissing(subgraph, name);
    if (logs?.startsWith(CONTRACT) && !accepted.includes(name)) {
      throw migrationContracted(subgraph, name, logs.slice(CONTRACT.length));
    }
    ahead.push(name);
  }
  return { pending, ahead: ahead.sort() };
}

/** Keeps with the history what an earlier release has to know when it meets this migration. */
export async function recordContraction(
  client: pg.ClientBase | pg.Pool,
  name: string,
  reason: string,
): Promise<void> {
  await client.query(`UPDATE _prisma_migrations SET logs = $2 WHERE migration_name = $1`, [
    name,
    CONTRACT + reason,
  ]);
}

async function readHistory(client: pg.ClientBase): Promise<AppliedRow[]> {
  const exists = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS yes`);
  if (!exists.rows[0].yes) return [];
  const { rows } = await client.query<AppliedRow>(
    `SELECT migration_name, checksum, finished_at, logs FROM _prisma_migrations
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}
