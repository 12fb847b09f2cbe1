import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, repositoryLayout } from '@souk/migrations';
import { openClient } from '@souk/runtime/postgres';
import { createDatabase, type TestDatabase } from './databases.ts';
import { isWaitedFor, sessionOf } from './sql.ts';
import { until } from './until.ts';

/** A database as an earlier version of its subgraph left it. */
export interface EarlierDatabase extends TestDatabase {
  /** Applies the migration that was held back, and all after it. */
  migrate(): Promise<void>;
  /** Migrates while a transaction with these statements is open, which ends once it is waited for. */
  migrateDuring(statements: readonly string[]): Promise<void>;
}

/** A database of a subgraph with the migrations before a given one. */
export async function createEarlierDatabase(
  subgraph: string,
  heldBack: string,
): Promise<EarlierDatabase> {
  const database = await createDatabase(null);
  const { schemaRoot } = repositoryLayout();
  const earlier = mkdtempSync(join(tmpdir(), 'souk earlier '));
  try {
    for (const name of readdirSync(join(schemaRoot, subgraph, 'migrations'))) {
      if (name >= heldBack) continue;
      const path = join(subgraph, 'migrations', name);
      cpSync(join(schemaRoot, path), join(earlier, path), { recursive: true });
    }
    await applyMigrations({ subgraph, databaseUrl: database.url, schemaRoot: earlier });
  } finally {
    rmSync(earlier, { recursive: true });
  }
  const migrate = async () => {
    await applyMigrations({ subgraph, databaseUrl: database.url });
  };
  const migrateDuring = async (statements: readonly string[]) => {
    const held = openClient({ connectionString: database.url });
    await held.connect();
    try {
      await held.query('BEGIN');
      for (const statement of statements) await held.query(statement);
      const migrated = migrate();
      const session = await sessionOf(held);
      await until(() => isWaitedFor({ databaseUrl: database.url }, session));
      await held.query('COMMIT');
      await migrated;
    } finally {
      await held.end();
    }
  };
  return { ...database, migrate, migrateDuring };
}
