import { sql } from '@souk/testkit';

/** What the log holds of an account, oldest first. */
export const eventsOf = (graph: { databaseUrl: string }, userId: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: each type of event has another payload.
  sql<{ type: string; payload: any }>(
    graph,
    'SELECT type, payload FROM event_record WHERE stream = $1 ORDER BY sequence',
    [`user:${userId}`],
  );
