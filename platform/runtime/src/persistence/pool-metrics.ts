import type pg from 'pg';
import { stateMetric } from '../telemetry/metrics.ts';

const POOL = 'db_client_connection_pool_name';
const connections = stateMetric({
  name: 'db_client_connection_count',
  help: 'Connections to PostgreSQL, by the database and whether they are in use',
  labels: [POOL, 'db_client_connection_state'],
});
const limits = stateMetric({
  name: 'db_client_connection_max',
  help: 'Connections that may be open at a time',
  labels: [POOL],
});
const waiting = stateMetric({
  name: 'db_client_connection_pending_requests',
  help: 'Requests that wait for a connection',
  labels: [POOL],
});

/** Reports a pool for as long as it is in use. */
export function watchPool(watched: pg.Pool, database: string): void {
  const reference = new WeakRef(watched);
  const name = { [POOL]: database };
  const readings = [
    connections.readFrom((say) => {
      const pool = alive();
      if (!pool) return;
      say(pool.idleCount, { ...name, db_client_connection_state: 'idle' });
      say(pool.totalCount - pool.idleCount, { ...name, db_client_connection_state: 'used' });
    }),
    limits.readFrom((say) => say(alive()?.options.max ?? 0, name)),
    waiting.readFrom((say) => say(alive()?.waitingCount ?? 0, name)),
  ];
  const alive = (): pg.Pool | undefined => {
    const pool = reference.deref();
    if (pool && !pool.ended) return pool;
    for (const stop of readings) stop();
    return undefined;
  };
}

/** The database of a pool. */
export const databaseIn = ({ connectionString, database }: pg.PoolConfig): string =>
  database ??
  (connectionString && URL.canParse(connectionString)
    ? new URL(connectionString).pathname.slice(1)
    : 'unknown');
