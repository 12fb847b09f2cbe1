import { openClient } from '@souk/runtime/postgres';
import type { QueryResultRow } from 'pg';

/** One statement on a test's own database, for what no operation shows or does (yet). */
export async function sql<Row extends QueryResultRow>(
  { databaseUrl }: { readonly databaseUrl: string },
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = openClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** How many connections to a test's own database wait for a lock that another holds. */
export async function lockWaits(database: { readonly databaseUrl: string }): Promise<number> {
  const [row] = await sql<{ waiting: number }>(
    database,
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row?.waiting ?? 0;
}
