/**
 * The raw-SQL interface that every Prisma client and transaction has. The runtime's own tables (event log,
 * inbox, idempotency) are accessed through it, so the runtime imports no subgraph's client.
 */
export interface SqlExecutor {
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): PromiseLike<Rows>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>;
}
