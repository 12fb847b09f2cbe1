import { setTimeout as delay } from 'node:timers/promises';
import type { SqlExecutor } from './sql-executor.ts';

/** Each is found by its name, since there are far more streams than rows in one batch. */
const END_STREAMS = `, ended AS (
  DELETE FROM event_stream WHERE stream = ANY (ARRAY(SELECT stream FROM gone)))`;

const renewing = (table: string, since: string) => `, kept AS (
  UPDATE ${table} SET ${since} = now() WHERE ctid = ANY (ARRAY(SELECT ctid FROM old WHERE NOT goes)))`;

/** Rows whose number only grows, and when they expire. Written in code, never from input. */
export interface PruneRule {
  table: string;
  /** The column with the start of a row's time; indexed. */
  since: string;
  days: number;
  /**
   * A further condition for deleting a row. What stays is looked at again each time, so that it has to be what few stay
   * by, unless the index of `since` says it as well.
   */
  where?: string;
  /** Whether what stays counts from now on again, to be looked at next when it is as old once more. */
  renewed?: boolean;
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
  { table, since, days, where = 'true', renewed = false, stream, batch = 1_000 }: PruneRule,
  { pauseMs = 20, signal }: PruneOptions = {},
): Promise<number> {
  let total = 0;
  while (!signal?.aborted) {
    const [done] = await db.$queryRawUnsafe<{ looked: number; count: number }[]>(
      `WITH old AS (
         SELECT ctid, ${renewed ? `(${where})` : 'true'} AS goes FROM ${table}
         WHERE ${since} < now() - make_interval(days => $1::int) AND ${renewed ? 'true' : `(${where})`}
         ORDER BY ${since} LIMIT $2::int FOR UPDATE SKIP LOCKED
       ), gone AS (
         DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM old WHERE goes))
         RETURNING ${stream ?? 'NULL'} AS stream
       ) ${stream === undefined ? '' : END_STREAMS} ${renewed ? renewing(table, since) : ''}
       SELECT (SELECT count(*) FROM old)::int AS looked, (SELECT count(*) FROM gone)::int AS count`,
      days,
      batch,
    );
    total += done?.count ?? 0;
    if ((done?.looked ?? 0) < batch) break;
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
  return total;
}
