import { setTimeout as delay } from 'node:timers/promises';
import type { SqlExecutor } from './sql-executor.ts';

/** Each is found by its name, since there are far more streams than rows in one batch. */
const END_STREAMS = `, ended AS (
  DELETE FROM event_stream WHERE stream = ANY (ARRAY(SELECT stream FROM gone)))`;

/** Rows whose number only grows, and when they expire. Written in code, never from input. */
export interface PruneRule {
  table: string;
  /** The column with the start of a row's time; indexed. */
  since: string;
  days: number;
  /** A further condition for deleting a row. */
  where?: string;
  /** An expression for the name of a row's event stream, if it had its own: that is deleted with it. */
  stream?: string;
  /** Rows deleted in one transaction; fewer when others are deleted with them. */
  batch?: number;
}

export interface PruneOptions {
  /** Milliseconds between two transactions, so that others can use the database. */
  pauseMs?: number;
  signal?: AbortSignal;
}

/**
 * Deletes in batches, each a transaction that ends within milliseconds and waits for no lock: locked rows are
 * left for the next time. Resolves to the number of deleted rows.
 */
export async function pruneRows(
  db: SqlExecutor,
  { table, since, days, where = 'true', stream, batch = 1_000 }: PruneRule,
  { pauseMs = 20, signal }: PruneOptions = {},
): Promise<number> {
  let total = 0;
  while (!signal?.aborted) {
    const [gone] = await db.$queryRawUnsafe<{ count: number }[]>(
      `WITH gone AS (
         DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${table}
           WHERE ${since} < now() - make_interval(days => $1::int) AND (${where})
           LIMIT $2::int FOR UPDATE SKIP LOCKED))
         RETURNING ${stream ?? 'NULL'} AS stream
       ) ${stream === undefined ? '' : END_STREAMS}
       SELECT count(*)::int AS count FROM gone`,
      days,
      batch,
    );
    const deleted = gone?.count ?? 0;
    total += deleted;
    if (deleted < batch) break;
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
  return total;
}
