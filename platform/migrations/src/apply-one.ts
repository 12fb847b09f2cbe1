import { setTimeout as delay } from 'node:timers/promises';
import { openPool } from '@souk/runtime/postgres';
import type pg from 'pg';
import { contractionsOf, contractReason } from './contractions.ts';
import { engineDatabase } from './engine-database.ts';
import { migrationBlocked, migrationFailed, migrationNotAtomic } from './migration-error.ts';
import { recordContraction } from './migration-history.ts';
import { type Migration, toMigrationList } from './migrations-folder.ts';
import { createSchemaEngine, NO_FILTERS } from './schema-engine.ts';

interface OneMigration {
  readonly subgraph: string;
  readonly databaseUrl: string;
  readonly migration: Migration;
  /** The migrations up to this one: the engine applies what it finds missing, which is this one alone. */
  readonly upToIt: readonly Migration[];
  /** Default: about five minutes' worth; then somebody has to see who holds the lock. */
  readonly lockAttempts?: number;
}

/** For statements that PostgreSQL refuses in a transaction; a failure is then left recorded. */
const NO_TRANSACTION = /^\s*--\s*souk:\s*no transaction\s*$/im;

/** Statements of their own; the BEGIN of a function body has no semicolon. */
const TRANSACTION_CONTROL =
  /^\s*(BEGIN|COMMIT|ROLLBACK|START\s+TRANSACTION)(\s+(WORK|TRANSACTION))?\s*;/im;

/**
 * How long a migration waits for a lock, in milliseconds: whoever comes to the same table meanwhile stands
 * behind it, also those whom the holder of the lock would let through.
 */
const LOCK_TIMEOUT_MS = 2_000;
/** Between two attempts, for those who stood behind the last one. */
const PAUSE_MS = 1_000;
const LOCK_ATTEMPTS = 100;
/** PostgreSQL's word for a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Runs the engine for one migration inside one transaction, so that all of it counts or nothing. One
 * that does not get a lock soon gives up all it has, and begins anew; outside a transaction it could not,
 * and waits.
 */
export async function applyOne(one: OneMigration) {
  const { subgraph, migration, lockAttempts = LOCK_ATTEMPTS } = one;
  const atomic = !NO_TRANSACTION.test(migration.sql);
  const control = TRANSACTION_CONTROL.exec(migration.sql)?.[1];
  if (atomic && control) throw migrationNotAtomic(subgraph, migration.name, control);
  for (let attempt = 1; ; attempt += 1) {
    const cause = await attemptOne(one, atomic);
    if (cause === null) return;
    const isBlocked = atomic && (cause as Partial<pg.DatabaseError>).code === LOCK_NOT_AVAILABLE;
    if (!isBlocked) {
      const reason = explain(cause, migration.sql);
      throw migrationFailed(subgraph, migration.name, reason, !atomic, cause);
    }
    if (attempt >= lockAttempts) throw migrationBlocked(subgraph, migration.name, cause);
    await delay(PAUSE_MS);
  }
}

/** Null when it is applied, else why it is not. */
async function attemptOne({ databaseUrl, migration, upToIt }: OneMigration, atomic: boolean) {
  const pool = singleConnectionPool(databaseUrl, atomic ? LOCK_TIMEOUT_MS : 0);
  const { factory, scriptError } = engineDatabase(pool);
  try {
    if (atomic) await pool.query('BEGIN');
    const engine = await createSchemaEngine(factory);
    const migrationsList = toMigrationList('/', upToIt);
    await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
    const [contraction] = contractionsOf(migration.sql);
    if (contraction) {
      const reason = contractReason(migration.sql) ?? contraction.statement.slice(0, 200);
      await recordContraction(pool, migration.name, reason);
    }
    if (atomic) await pool.query('COMMIT');
    return null;
  } catch (error) {
    return scriptError() ?? error;
  } finally {
    // Closing the connection rolls back what was not committed.
    await pool.end();
  }
}

/**
 * A pool of one connection that is never replaced: were it lost and opened again, the rest of the
 * migration would run outside the transaction.
 */
function singleConnectionPool(connectionString: string, lockTimeoutMs: number): pg.Pool {
  let connections = 0;
  return openPool({
    connectionString,
    max: 1,
    lock_timeout: lockTimeoutMs,
    idleTimeoutMillis: 0,
    // The types leave out `verify`, which pg-pool calls on every new connection.
    verify: (_client: pg.PoolClient, done: (error?: Error) => void) => {
      connections += 1;
      done(
        connections > 1 ? new Error('The connection was lost during the migration.') : undefined,
      );
    },
  } as pg.PoolConfig);
}

function explain(error: unknown, sql: string): string {
  const { message, position, detail } = error as { message: string } & Partial<pg.DatabaseError>;
  const line = position ? sql.slice(0, Number(position)).split('\n').length : null;
  return [message + (line ? ` (line ${line})` : ''), detail].filter(Boolean).join('. ');
}
