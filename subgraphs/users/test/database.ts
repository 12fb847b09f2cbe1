import pg from 'pg';

/** Runs one statement on the subgraph's database. */
export async function sql<Row extends pg.QueryResultRow>(
  { databaseUrl }: { databaseUrl: string },
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** What the log holds of an account, oldest first. */
export const eventsOf = (graph: { databaseUrl: string }, userId: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: each type of event has another payload.
  sql<{ type: string; payload: any }>(
    graph,
    'SELECT type, payload FROM event_record WHERE stream = $1 ORDER BY sequence',
    [`user:${userId}`],
  );
