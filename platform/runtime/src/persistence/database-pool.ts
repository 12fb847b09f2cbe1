/**
 * How every process connects to its own database, for `PrismaPg` and `pg.Pool` alike. Each time
 * limit is below its caller's (gateway request 5 s > fetch > statement); times in milliseconds.
 */
export const databasePool = (connectionString: string, { max = 10, byIndexes = false } = {}) => ({
  connectionString,
  max,
  connectionTimeoutMillis: 3_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 5_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 10_000,
  options: byIndexes ? `${PLANNER} ${BY_INDEXES}` : PLANNER,
});

/**
 * A page out of order costs little more than the next one on today's disks and in memory. With the
 * default, 4, a page of a long list is read whole and sorted wherever the planner takes the list for
 * short; with this an index is walked in order (https://www.postgresql.org/docs/18/runtime-config-query.html).
 * What the planner takes for dear is compiled by default, which takes most of a second; whatever we ask for is a few rows, and
 * answered in milliseconds.
 */
const PLANNER = '-c random_page_cost=1.1 -c jit=off';

/**
 * For what is planned once and sent for ever, by keys alone: what is planned while a table is empty would read it whole from
 * then on.
 */
const BY_INDEXES = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';
