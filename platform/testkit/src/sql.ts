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

/** Whether a connection to a test's own database waits for a lock of the one with this process id. */
export async function isWaitedFor(
  database: { readonly databaseUrl: string },
  pid: number | undefined,
): Promise<boolean> {
  const WAITING =
    'SELECT 1 FROM pg_stat_activity WHERE $1::int = ANY(pg_blocking_pids(pid)) LIMIT 1';
  return (await sql(database, WAITING, [pid])).length > 0;
}

/** How many connections to a test's own database wait for a lock that another holds. */
export async function lockWaits(database: { readonly databaseUrl: string }): Promise<number> {
  const [row] = await sql<{ waiting: number }>(
    database,
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row?.waiting ?? 0;
}
