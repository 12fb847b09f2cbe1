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
