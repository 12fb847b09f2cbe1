import { sql } from '@souk/testkit';

/** What the log holds of a room, oldest first. */
export const loggedEventsOf = (graph: { databaseUrl: string }, roomId: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: each type of event has another payload.
  sql<{ type: string; sequence: string; payload: any }>(
    graph,
    'SELECT type, sequence, payload FROM event_record WHERE stream = $1 ORDER BY sequence',
    [`room:${roomId}`],
  );
