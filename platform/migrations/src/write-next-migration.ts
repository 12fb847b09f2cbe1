import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractionsOf } from './contractions.ts';
import { type DiffTarget, diffSchema } from './diff-schema.ts';
import { migrationContracts } from './migration-error.ts';
import { LOCK_CONTENT, LOCK_FILE, readMigrations } from './migrations-folder.ts';
import { migrationsPath, repositoryLayout, runtimeTablesPath } from './project-layout.ts';

export interface NextMigration extends DiffTarget {
  /** Becomes part of the folder's name, for example `add_weight`. */
  readonly name: string;
  readonly now?: Date;
  /** Why nobody needs any more what it takes away; becomes its line `-- contract: why`. */
  readonly contract?: string;
}

/**
 * Writes the migration that leads from the last one to the schema. It may be edited until it is
 * applied somewhere, for example to add a CHECK constraint. The first of a subgraph makes the
 * runtime's tables, with what Prisma's language cannot say of them.
 *
 * @returns the path of its SQL file, or null when there is nothing to write
 * @throws MigrationError MIGRATION_CONTRACTS when it loses rows, fails on filled tables or breaks the
 *   release before, and no reason is given why it may
 */
export async function writeNextMigration(next: NextMigration): Promise<string | null> {
  const { subgraph, name, now = new Date(), schemaRoot = repositoryLayout().schemaRoot } = next;
  const runtimeTables = runtimeTablesPath(schemaRoot);
  const isFirst = readMigrations(schemaRoot, subgraph).length === 0;
  if (isFirst && existsSync(runtimeTables)) {
    writeMigration(schemaRoot, subgraph, 'runtime', now, readFileSync(runtimeTables, 'utf8'));
  }
  const sql = await diffSchema(next);
  if (sql === null) return null;
  const contractions = contractionsOf(sql);
  if (contractions.length > 0 && !next.contract) throw migrationContracts(subgraph, contractions);
  const head = contractions.length > 0 ? `-- contract: ${next.contract}\n` : '';
  return writeMigration(schemaRoot, subgraph, name, now, head + sql);
}

function writeMigration(root: string, subgraph: string, name: string, now: Date, sql: string) {
  const folder = migrationsPath(root, subgraph);
  const last = readMigrations(root, subgraph).at(-1)?.name;
  const migration = join(folder, `${timestampAfter(last, now)}_${toFolderName(name)}`);
  mkdirSync(migration, { recursive: true });
  writeFileSync(join(folder, LOCK_FILE), LOCK_CONTENT);
  const file = join(migration, 'migration.sql');
  writeFileSync(file, sql);
  return file;
}

/** Prisma's `YYYYMMDDHHMMSS`, in UTC; later than the last one even when written in the same second. */
function timestampAfter(last: string | undefined, now: Date): string {
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const previous = last?.slice(0, 14) ?? '';
  return stamp > previous ? stamp : String(BigInt(previous) + 1n);
}

function toFolderName(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g);
  if (!words) throw new Error(`A migration cannot be named "${name}": use letters and digits.`);
  return words.join('_');
}
