import type { Writable } from 'node:stream';
import type pg from 'pg';
import { type BackupLine, writeBackupLines } from './backup-lines.ts';
import { openConsistentSnapshots } from './consistent-snapshots.ts';
import { listSequences, listTables } from './tables.ts';

export interface BackupSource {
  readonly databaseUrls: Readonly<Record<string, string>>;
  /** Files of the data folder that belong to it, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly onTable?: (database: string, table: string, rows: number) => void;
}

/** Rows read from the server at a time. */
const BATCH = 1_000;

/**
 * Writes the rows of all databases as they were at one moment, while Souk runs or not. It needs the
 * protocol alone, no program of PostgreSQL's; tables come from the migrations again.
 */
export async function writeBackup(source: BackupSource, target: Writable): Promise<void> {
  const { databaseUrls, files = {}, onTable } = source;
  const names = Object.keys(databaseUrls);
  const snapshots = await openConsistentSnapshots(Object.values(databaseUrls));
  try {
    const lines = writeBackupLines(target);
    await lines.write({ souk: 'backup', version: 1, at: new Date().toISOString() });
    for (const [file, content] of Object.entries(files)) await lines.write({ file, content });
    for (const [index, database] of names.entries()) {
      await writeDatabase(database, snapshots[index] as pg.Client, lines.write, onTable);
    }
    await lines.write({ end: true });
    await lines.close();
  } finally {
    await Promise.all(snapshots.map((snapshot) => snapshot.end()));
  }
}

async function writeDatabase(
  database: string,
  client: pg.Client,
  write: (line: BackupLine) => Promise<void>,
  onTable: BackupSource['onTable'],
): Promise<void> {
  const migrations = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations
     WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL ORDER BY migration_name`,
  );
  const days = await client.query<{ day: string }>(
    `SELECT substr(relname, 5) AS day FROM pg_class
     WHERE relnamespace = to_regnamespace('event_log') AND relname ~ '^day_\\d{8}$' ORDER BY 1`,
  );
  await write({
    database,
    migrations: migrations.rows.map(({ name }) => name),
    days: days.rows.map(({ day }) => day),
  });
  for (const { table, columns } of await listTables(client)) {
    await write({ table, columns });
    await client.query(
      `DECLARE rows NO SCROLL CURSOR FOR SELECT whole_row::text AS text FROM ${table} AS whole_row`,
    );
    let count = 0;
    for (;;) {
      const { rows } = await client.query<{ text: string }>(`FETCH ${BATCH} FROM rows`);
      if (rows.length === 0) break;
      count += rows.length;
      await write({ rows: rows.map(({ text }) => text) });
    }
    await client.query('CLOSE rows');
    onTable?.(database, table, count);
  }
  for (const { sequence, value } of await listSequences(client)) await write({ sequence, value });
}
