import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, repositoryLayout } from '@souk/migrations';
import { createDatabase, type TestDatabase } from './databases.ts';

/** A database as an earlier version of its subgraph left it. */
export interface EarlierDatabase extends TestDatabase {
  /** Applies the migration that was held back, and all after it. */
  migrate(): Promise<void>;
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
  return { ...database, migrate };
}
