import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { pretendSize } from './pretend-size.ts';

/** How a database is filled, and what is reported about it. */
export interface Filling {
  readonly statements: readonly string[];
  /** How many times more rows the planner is made to see. */
  readonly pretended: number;
  /** Hears of each step when it is done. */
  readonly tell?: (step: string) => void;
}

/**
 * Fills a database by the statements given, then lets the planner take it for a larger one. Indexes are made when their
 * rows are there: by then each is sorted once, and not gone through for every row.
 */
export async function fillDatabase(
  databaseUrl: string,
  { statements, pretended, tell = () => {} }: Filling,
): Promise<void> {
  const client = openClient({ connectionString: databaseUrl });
  await client.connect();
  const timed = async (step: string, work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    tell(`${step}, ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  };
  try {
    // Keys between tables hold by how they are made; checking each row takes most of the time.
    await client.query("SET session_replication_role = 'replica'");
    await client.query("SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'");
    const taken = await takeIndexesAway(client, statements.map(tableOf));
    const filled = new Set<string>();
    for (const [at, statement] of statements.entries()) {
      const table = tableOf(statement);
      await timed(`${at + 1} of ${statements.length} filled: ${table}`, async () => {
        // Analyses the tables, so that they are read by their indexes and not planned for as if they were
        // empty.
        if (readsTables(statement)) {
          await makeIndexes(client, taken, filled);
          await client.query('ANALYZE');
        }
        await client.query(statement);
      });
      filled.add(table);
    }
    await timed('the other indexes made', () => makeIndexes(client, taken, filled));
    await timed('vacuumed and analysed', () => pretendSize(client, pretended));
  } finally {
    await client.end();
  }
}

const tableOf = (statement: string): string => /INSERT INTO (\w+)/.exec(statement)?.[1] ?? '';

/** Whether it takes its rows from anything but numbers alone. */
const readsTables = (statement: string): boolean =>
  /\b(FROM|JOIN)\s+(?!generate_series\b|\()\w/.test(statement);

/** Statements that create the indexes of each table again that were dropped. */
type TakenIndexes = Map<string, string[]>;

/** Drops the indexes of tables, but those that a key of a table needs. */
async function takeIndexesAway(
  client: pg.Client,
  tables: readonly string[],
): Promise<TakenIndexes> {
  const { rows } = await client.query<{ name: string; table: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, t.relname AS table,
       pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
     WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY($1)
       AND t.relkind = 'r' AND NOT t.relispartition
       AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [tables],
  );
  const taken: TakenIndexes = new Map();
  for (const { name, table, definition } of rows) {
    await client.query(`DROP INDEX ${name}`);
    taken.set(table, [...(taken.get(table) ?? []), definition]);
  }
  return taken;
}

/** Makes those of the tables again that are filled. */
async function makeIndexes(
  client: pg.Client,
  taken: TakenIndexes,
  filled: ReadonlySet<string>,
): Promise<void> {
  for (const table of filled) {
    for (const definition of taken.get(table) ?? []) await client.query(definition);
    taken.delete(table);
  }
}
