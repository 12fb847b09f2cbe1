import { openPool } from '@souk/runtime/postgres';
import type pg from 'pg';
import { contractionsOf, contractReason } from './contractions.ts';
import { engineDatabase } from './engine-database.ts';
import { recordContraction } from './migration-history.ts';
import { migrationFailed, migrationNotAtomic } from './migration-error.ts';
import { type Migration, toMigrationList } from './migrations-folder.ts';
import { createSchemaEngine, NO_FILTERS } from './schema-engine.ts';

interface OneMigration {
  readonly subgraph: string;
  readonly databaseUrl: string;
  readonly migration: Migration;
  /** The migrations up to this one: the engine applies what it finds missing, which is this one alone. */
  readonly upToIt: readonly Migration[];
}

/** For statements that PostgreSQL refuses in a transaction; a failure is then left recorded. */
const NO_TRANSACTION = /^\s*--\s*souk:\s*no transaction\s*$/im;

/** Statements of their own; the BEGIN of a function body has no semicolon. */
const TRANSACTION_CONTROL =
  /^\s*(BEGIN|COMMIT|ROLLBACK|START\s+TRANSACTION)(\s+(WORK|TRANSACTION))?\s*;/im;

/** Runs the engine for one migration inside one transaction, so that all of it counts or nothing. */
export async function applyOne({ subgraph, databaseUrl, migration, upToIt }: OneMigration) {
  const atomic = !NO_TRANSACTION.test(migration.sql);
  const control = TRANSACTION_CONTROL.exec(migration.sql)?.[1];
  if (atomic && control) throw migrationNotAtomic(subgraph, migration.name, control);
  const pool = singleConnectionPool(databaseUrl);
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
  } catch (error) {
    const cause = scriptError() ?? error;
    throw migrationFailed(subgraph, migration.name, explain(cause, migration.sql), !atomic, cause);
  } finally {
    // Closing the connection rolls back what was not committed.
    await pool.end();
  }
}

/**
 * A pool of one connection that is never replaced: were it lost and opened again, the rest of the
 * migration would run outside the transaction.
 */
function singleConnectionPool(connectionString: string): pg.Pool {
  let connections = 0;
  return openPool({
    connectionString,
    max: 1,
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
