import { createTransactor } from '@souk/runtime/events';
import { sessionOf, sql } from '@souk/testkit';
import type { createClient, Db } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';

/** What the log holds of a room, oldest first. */
export const loggedEventsOf = (graph: { databaseUrl: string }, roomId: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: each type of event has another payload.
  sql<{ type: string; sequence: string; payload: any }>(
    graph,
    'SELECT type, sequence, payload FROM event_record WHERE stream = $1 ORDER BY sequence',
    [`room:${roomId}`],
  );

/** Transactions of a test's own, and the session of the one that began last, for `isWaitedFor`. */
export function transactionsOf(client: () => ReturnType<typeof createClient>) {
  let newest: Db | null = null;
  const transaction = createTransactor({
    begin: (work) =>
      client().$transaction(
        (db: Db) => {
          newest = db;
          return work(db);
        },
        { timeout: 60_000 },
      ),
    storesOn,
    onCommitted: () => {},
  });
  const session = () => {
    if (!newest) throw new Error('No transaction has begun.');
    return sessionOf(newest);
  };
  return { transaction, session };
}
