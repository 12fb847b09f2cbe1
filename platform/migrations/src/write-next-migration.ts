import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiffTarget, diffSchema } from './diff-schema.ts';
import { LOCK_CONTENT, LOCK_FILE, readMigrations } from './migrations-folder.ts';
import { migrationsPath, repositoryLayout } from './project-layout.ts';

export interface NextMigration extends DiffTarget {
  /** Becomes part of the folder's name, for example `add_weight`. */
  readonly name: string;
  readonly now?: Date;
}

/**
 * Writes the migration that leads from the last one to the schema. It may be edited until it is
 * applied somewhere, for example to add a CHECK constraint.
 *
 * @returns the path of its SQL file, or null when there is nothing to write
 */
export async function writeNextMigration(next: NextMigration): Promise<string | null> {
  const sql = await diffSchema(next);
  if (sql === null) return null;
  const { subgraph, name, now = new Date(), schemaRoot = repositoryLayout().schemaRoot } = next;
  const folder = migrationsPath(schemaRoot, subgraph);
  const last = readMigrations(schemaRoot, subgraph).at(-1)?.name;
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
