import type pg from 'pg';

export interface BackedUpTable {
  /** With its schema, quoted. */
  readonly table: string;
  /** All of them, in the order in which a row is written. */
  readonly columns: readonly string[];
}

const OURS = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'`;

/** Every table with rows of its own; partitions are read and filled through the table they are of. */
export async function listTables(client: pg.Client): Promise<BackedUpTable[]> {
  const { rows } = await client.query<BackedUpTable>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS table,
       array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${OURS}
       AND c.relname <> '_prisma_migrations'
     GROUP BY 1 ORDER BY 1`,
  );
  return rows;
}

/** Of those columns, the ones that PostgreSQL does not make itself. */
export async function writableColumns(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     ORDER BY attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** Every sequence that has given a number, with the last one. */
export async function listSequences(
  client: pg.Client,
): Promise<{ sequence: string; value: string }[]> {
  const { rows } = await client.query<{ sequence: string; value: string }>(
    `SELECT format('%I.%I', schemaname, sequencename) AS sequence, last_value::text AS value
     FROM pg_sequences WHERE last_value IS NOT NULL ORDER BY 1`,
  );
  return rows;
}

export interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

export async function listForeignKeys(client: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(k.conname) AS name,
       pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0 AND ${OURS}`,
  );
  return rows;
}
