/**
 * How every process connects to its own database, for `PrismaPg` and `pg.Pool` alike. Each time
 * limit is below its caller's (gateway request 5 s > fetch > statement); times in milliseconds.
 */
export const databasePool = (connectionString: string, { max = 10 } = {}) => ({
  connectionString,
  max,
  connectionTimeoutMillis: 3_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 5_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 10_000,
});
