import { openPool } from '@souk/runtime/postgres';
import type pg from 'pg';
import type { QueryResultRow } from 'pg';

/** Milliseconds for which a connection waits for the next statement: to open one is most of a short statement's work. */
const KEPT_MS = 1_000;

/** By address: those that have a connection, and no others. */
const pools = new Map<string, pg.Pool>();

function poolOf(connectionString: string): pg.Pool {
  const known = pools.get(connectionString);
  if (known) return known;
  const pool = openPool({
    ...{ connectionString, max: 20, idleTimeoutMillis: KEPT_MS, allowExitOnIdle: true },
    application_name: 'sql of a test',
  });
  pools.set(connectionString, pool);
  // Whoever drops the database ends its connections, and the next statement begins anew.
  pool.on('remove', () => {
    if (pool.totalCount > 0 || pool.waitingCount > 0 || pools.get(connectionString) !== pool)
      return;
    pools.delete(connectionString);
    void pool.end();
  });
  return pool;
}

/** One statement on a test's own database, for what no operation shows or does (yet). */
export async function sql<Row extends QueryResultRow>(
  { databaseUrl }: { readonly databaseUrl: string },
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const ask = () => poolOf(databaseUrl).query<Row>(statement, [...values]);
  // A test may have cut the connection that was kept.
  const asked = ask().catch((error) => {
    if (!/^\s*SELECT/i.test(statement) || !/terminat|ECONNRESET|EPIPE/.test(String(error)))
      throw error;
    return ask();
  });
  return (await asked).rows;
}

/** A connection, alone or within a transaction, on which statements run. */
type Session =
  | { query(text: string): Promise<{ rows: unknown[] }> }
  | { $queryRawUnsafe(text: string): Promise<unknown> };

/** The process id of a connection, by which `isWaitedFor` knows it. */
export async function sessionOf(session: Session): Promise<number> {
  const PID = 'SELECT pg_backend_pid() AS pid';
  const rows =
    'query' in session ? (await session.query(PID)).rows : await session.$queryRawUnsafe(PID);
  const [row] = rows as { pid: number }[];
  if (!row) throw new Error('PostgreSQL did not say which connection this is.');
  return row.pid;
}

/**
 * How many connections to a test's own database wait for a lock of the one with this process id, or behind another one
 * that does. Something else may wait for a lock at any time, a worker for example, so a test never waits for just that.
 */
export async function waitersFor(
  database: { readonly databaseUrl: string },
  session: number,
): Promise<number> {
  const [row] = await sql<{ waiting: number }>(
    database,
    `WITH RECURSIVE waiting AS (
       SELECT $1::int AS pid
       UNION SELECT a.pid FROM pg_stat_activity a
       JOIN waiting w ON w.pid = ANY(pg_blocking_pids(a.pid)) WHERE a.wait_event_type = 'Lock'
     ) SELECT count(*)::int - 1 AS waiting FROM waiting`,
    [session],
  );
  return row?.waiting ?? 0;
}

/** Whether a connection to a test's own database waits for a lock of the one with this process id. */
export const isWaitedFor = async (
  database: { readonly databaseUrl: string },
  session: number,
): Promise<boolean> => (await waitersFor(database, session)) > 0;

/** Whether a statement with this beginning waits for a lock, for tests that do not reach the connection that holds it. */
export async function isWaitingWith(
  database: { readonly databaseUrl: string },
  beginning: string,
): Promise<boolean> {
  const WAITING = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
    AND wait_event_type = 'Lock' AND starts_with(ltrim(query, E' \n'), $1) LIMIT 1`;
  return (await sql(database, WAITING, [beginning])).length > 0;
}
