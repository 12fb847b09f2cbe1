import { sql } from '@souk/testkit';

interface Table {
  readonly schema: string;
  readonly table: string;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** As PostgreSQL shows bytes that hold a text. */
const asBytes = (text: string) => Buffer.from(text).toString('hex');

/**
 * The columns of a database that contain one of these words, whatever their types: each value of each row of
 * each table is read as text, including JSON, lists and search vectors.
 */
export async function columnsWith(
  databaseUrl: string,
  words: readonly string[],
): Promise<string[]> {
  const database = { databaseUrl };
  const pattern = words.flatMap((word) => [escaped(word), asBytes(word)]).join('|');
  const tables = await sql<Table>(
    database,
    `SELECT table_schema AS schema, table_name AS "table" FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  // One after the other, each on a connection of its own: there are not as many as there are tables.
  for (const { schema, table } of tables) {
    const rows = await sql<{ column: string }>(
      database,
      `SELECT DISTINCT kept.key AS column FROM "${schema}"."${table}" held, jsonb_each_text(to_jsonb(held)) kept
       WHERE kept.value ~* $1`,
      [pattern],
    );
    const name = schema === 'public' ? table : `${schema}.${table}`;
    found.push(...rows.map(({ column }) => `${name}.${column}`));
  }
  return found.sort();
}
