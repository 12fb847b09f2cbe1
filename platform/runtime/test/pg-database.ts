import type { SqlExecutor } from '@souk/runtime/persistence';
import { openPool } from '@souk/runtime/postgres';
import type pg from 'pg';

/** The runtime's database port on plain pg, so that its tests need no subgraph's Prisma client. */
export interface PgDatabase extends SqlExecutor {
  begin: <Result>(work: (db: SqlExecutor) => Promise<Result>) => Promise<Result>;
  close(): Promise<void>;
}

export function pgDatabase(connectionString: string): PgDatabase {
  const pool = openPool({ connectionString, max: 10 });
  return {
    ...executorOn(pool),
    begin: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(executorOn(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

const executorOn = (client: pg.Pool | pg.PoolClient): SqlExecutor => ({
  $queryRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rows as never,
  $executeRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
});
