import type { StartedSubgraph } from '@souk/testkit';
import pg from 'pg';

/** One statement on the test's own database, for what has no operation (yet). */
export async function sql<Row extends pg.QueryResultRow>(
  { databaseUrl }: Pick<StartedSubgraph, 'databaseUrl'>,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}
