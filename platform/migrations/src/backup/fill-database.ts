import { openClient } from '@souk/runtime/postgres';
import { MigrationError } from '../migration-error.ts';
import { listForeignKeys, listTables, writableColumns } from './tables.ts';

/**
 * Fills the tables of a database in one transaction. Their owner may do it: foreign keys go while rows
 * come in any order and are checked as a whole at the end, and triggers do not run.
 */
export async function startFilling(connectionString: string, days: readonly string[]) {
  const client = openClient({ connectionString });
  await client.connect();
  const keys = await listForeignKeys(client);
  const tables = await listTables(client);
  await client.query('BEGIN');
  // Also what migrations themselves wrote: the backup has it, as it was since.
  await client.query(`TRUNCATE ${tables.map(({ table }) => table).join(', ')}`);
  for (const { table, name } of keys) {
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  }
  for (const { table } of tables) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  for (const day of days) await client.query('SELECT event_log.make_day($1::date)', [day]);
  let insert = '';
  return {
    async table(table: string, columns: readonly string[]): Promise<void> {
      const known = tables.find((it) => it.table === table);
      if (!known || known.columns.join() !== columns.join()) throw otherTable(table);
      const own = await writableColumns(client, table);
      insert = `WITH given AS MATERIALIZED (SELECT text::${table} AS row FROM unnest($1::text[]) AS text)
        INSERT INTO ${table} (${own.join(', ')}) OVERRIDING SYSTEM VALUE
        SELECT ${own.map((column) => `(row).${column}`).join(', ')} FROM given`;
    },
    async rows(rows: readonly string[]): Promise<void> {
      await client.query(insert, [rows]);
    },
    async sequence(sequence: string, value: string): Promise<void> {
      await client.query('SELECT setval($1::regclass, $2::bigint)', [sequence, value]);
    },
    async finish(): Promise<void> {
      for (const { table } of tables)
        await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
      for (const { table, name, definition } of keys) {
        await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
      }
      await client.query('COMMIT');
      await client.end();
    },
    /** Nothing of it stays. */
    giveUp: () => client.end(),
  };
}

const otherTable = (table: string) =>
  new MigrationError(
    'BACKUP_UNREADABLE',
    `The table ${table} of the backup is not the one that its migrations make.`,
    'It was changed by hand before: npm run db:check -- --database tells how, on the database it was taken of.',
  );
