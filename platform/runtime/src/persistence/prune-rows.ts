import { setTimeout as delay } from 'node:timers/promises';
import type { SqlExecutor } from './sql-executor.ts';

/** Each found by its name, as there are many more streams than rows in one batch. */
const END_STREAMS = `, ended AS (
  DELETE FROM event_stream WHERE stream = ANY (ARRAY(SELECT stream FROM gone)))`;

/** Rows that only grow in number, and when one has had its time. Written by us, never by input. */
export interface PruneRule {
  table: string;
  /** The column that says when a row's time began; indexed. */
  since: string;
  days: number;
  /** What else must hold of a row that may go. */
  where?: string;
  /** An expression over a row that names its event stream, where it had one of its own: that goes with it. */
  stream?: string;
  /** Rows deleted in one transaction; fewer where others go with them. */
  batch?: number;
}

export interface PruneOptions {
  /** Milliseconds between two transactions, which leave the database to others. */
  pauseMs?: number;
  signal?: AbortSignal;
}

/**
 * Deletes in batches, each a transaction that ends within milliseconds and waits for no lock: rows
 * that somebody holds are left for the next time. Resolves to how many went.
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
