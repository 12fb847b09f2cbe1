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

/** What the log holds of a room, oldest first. */
export const loggedEventsOf = (graph: { databaseUrl: string }, roomId: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: each type of event has another payload.
  sql<{ type: string; sequence: string; payload: any }>(
    graph,
    'SELECT type, sequence, payload FROM event_record WHERE stream = $1 ORDER BY sequence',
    [`room:${roomId}`],
  );
