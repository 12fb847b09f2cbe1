import type { Readable } from 'node:stream';
import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { applyMigrations } from '../apply-migrations.ts';
import { eraseDatabase } from '../erase-database.ts';
import { MigrationError } from '../migration-error.ts';
import { readMigrations } from '../migrations-folder.ts';
import { repositoryLayout } from '../project-layout.ts';
import { readBackupLines } from './backup-lines.ts';
import { startFilling } from './fill-database.ts';

export interface RestoreTarget {
  readonly databaseUrls: Readonly<Record<string, string>>;
  /** Whether what is in the databases may be erased; without it they have to be empty. */
  readonly replace: boolean;
  readonly onFile?: (name: string, content: string) => void;
  readonly onDatabase?: (database: string) => void;
  /** The folder that holds the migrations. Default: this repository's `prisma/`. */
  readonly schemaRoot?: string;
}

/**
 * Puts back what a backup holds, each database in one transaction, and brings it up to this release.
 * Tables are made by the migrations that the backup had, so that its rows fit; later ones follow, and
 * change them as they would have.
 *
 * @throws MigrationError BACKUP_UNREADABLE, BACKUP_NEWER, DATABASE_IN_USE, DATABASE_NOT_EMPTY
 */
export async function restoreBackup(target: RestoreTarget, source: Readable): Promise<void> {
  const { databaseUrls, replace, onFile, onDatabase, schemaRoot } = target;
  for (const [database, url] of Object.entries(databaseUrls)) {
    await checkUnused(database, url, replace);
  }
  let filling: Awaited<ReturnType<typeof startFilling>> | undefined;
  let open: { subgraph: string; databaseUrl: string } | undefined;
  const finish = async () => {
    await filling?.finish();
    filling = undefined;
    if (open) await applyMigrations({ ...open, schemaRoot });
    open = undefined;
  };
  try {
    for await (const line of readBackupLines(source)) {
      if ('file' in line) onFile?.(line.file, line.content);
      if ('database' in line) {
        await finish();
        const { database: subgraph, migrations } = line;
        const databaseUrl = databaseUrls[subgraph];
        if (!databaseUrl) throw newer(`a database ${subgraph}`);
        const known = readMigrations(schemaRoot ?? repositoryLayout().schemaRoot, subgraph);
        const missing = migrations.find((name) => known.every((it) => it.name !== name));
        if (missing) throw newer(`the migration ${missing} of ${subgraph}`);
        await eraseDatabase(databaseUrl);
        open = { subgraph, databaseUrl };
        await applyMigrations({ ...open, schemaRoot, only: migrations });
        filling = await startFilling(databaseUrl, line.days);
        onDatabase?.(subgraph);
      }
      if ('table' in line) await filling?.table(line.table, line.columns);
      if ('rows' in line) await filling?.rows(line.rows);
      if ('sequence' in line) await filling?.sequence(line.sequence, line.value);
    }
    await finish();
  } catch (error) {
    await filling?.giveUp();
    throw error;
  }
}

async function checkUnused(database: string, connectionString: string, replace: boolean) {
  const client = openClient({ connectionString });
  await client.connect();
  try {
    if (await othersConnected(client)) {
      throw new MigrationError(
        'DATABASE_IN_USE',
        `Somebody is connected to the database of ${database}.`,
        'Stop every process of Souk first: nothing may be written while a backup is put back.',
      );
    }
    const history = await client.query(
      `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS yes`,
    );
    if (history.rows[0].yes && !replace) {
      throw new MigrationError(
        'DATABASE_NOT_EMPTY',
        `The database of ${database} is in use already, and a backup takes the place of all that is there.`,
        'If that is meant, say --replace.',
      );
    }
  } finally {
    await client.end();
  }
}

async function othersConnected(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  );
  return Boolean(rowCount);
}

const newer = (what: string) =>
  new MigrationError(
    'BACKUP_NEWER',
    `The backup is of a later release: it has ${what}, which this one does not know.`,
    'Restore it with the release that made it, or a later one.',
  );
