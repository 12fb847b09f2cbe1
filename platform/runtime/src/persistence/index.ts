/** PostgreSQL beneath the stores: clients, errors of the database, idempotency, quotas. */

export { announceLocks, lockByName } from './announced-locks.ts';
export { compileWebAssemblyOnce } from './baseline-wasm.ts';
export { isTimeOut, isUnavailable, isUniqueViolation, reasonOf } from './database-errors.ts';
export { databasePool } from './database-pool.ts';
export { defineStores, replaceStores, type StoresOf } from './define-stores.ts';
export { type Erasure, type ErasureRule, ID_ALONE } from './erase-person.ts';
export { createIdempotency, type IdempotentRequest } from './idempotency.ts';
export { createKeyedSemaphore, type KeyedSemaphore } from './keyed-semaphore.ts';
export { createKnownMedia, type KnownMedia } from './known-media.ts';
export { openPrisma } from './prisma-client.ts';
export { type PruneRule, pruneRows } from './prune-rows.ts';
export { assertWithin, countUse, createQuotas, type Quotas, type QuotaUse } from './quotas.ts';
export type { SqlExecutor } from './sql-executor.ts';
export { prepared } from './sql-statements.ts';
export { createTroubleLog, failureFields, type TroubleLog } from './trouble-log.ts';
