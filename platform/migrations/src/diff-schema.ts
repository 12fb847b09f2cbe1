import { existsSync, readFileSync } from 'node:fs';
import { openPool } from '@souk/runtime/postgres';
import { engineDatabase } from './engine-database.ts';
import { readMigrations, toMigrationList } from './migrations-folder.ts';
import {
  migrationsPath,
  repositoryLayout,
  runtimeSchemaPath,
  schemaPath,
} from './project-layout.ts';
import { createSchemaEngine, NO_FILTERS } from './schema-engine.ts';

export interface DiffTarget {
  readonly subgraph: string;
  /** Any database on a server where scratch databases may be made; nothing in it is touched. */
  readonly serverUrl: string;
  /** The folder that holds `<subgraph>/schema.prisma`. Default: this repository's `prisma/`. */
  readonly schemaRoot?: string;
}

/**
 * Replays the migrations in a scratch database and compares the outcome with the schema.
 *
 * What Prisma's language cannot say is not compared and stays: CHECK and EXCLUDE constraints, partial
 * and expression indexes, functions, triggers, views. A generated column is declared with
 * `@default(dbgenerated())`.
 *
 * @returns the SQL that is missing in the migrations, or null when they lead to the schema
 * @throws Prisma's own description of what is wrong in the schema, or the database's in a migration
 */
export async function diffSchema(target: DiffTarget): Promise<string | null> {
  const { subgraph, serverUrl, schemaRoot = repositoryLayout().schemaRoot } = target;
  const migrations = readMigrations(schemaRoot, subgraph);
  const paths = [schemaPath(schemaRoot, subgraph), runtimeSchemaPath(schemaRoot)];
  const pool = openPool({ connectionString: serverUrl, max: 2 });
  const { factory, scriptError } = engineDatabase(pool, serverUrl);
  try {
    const engine = await createSchemaEngine(factory);
    const { exitCode, stdout } = await engine.diff({
      from: {
        tag: 'migrations',
        ...toMigrationList(migrationsPath(schemaRoot, subgraph), migrations),
      },
      to: {
        tag: 'schemaDatamodel',
        files: paths
          .filter(existsSync)
          .map((path) => ({ path, content: readFileSync(path, 'utf8') })),
      },
      script: true,
      // 2 when the two differ, 0 when they do not.
      exitCode: true,
      filters: NO_FILTERS,
    });
    return exitCode === 2 ? (stdout ?? '') : null;
  } catch (error) {
    const reason = scriptError();
    throw reason ? new Error(`${subgraph}: ${explainFailure(error, reason)}`) : error;
  } finally {
    await pool.end();
  }
}

function explainFailure(error: unknown, reason: unknown): string {
  const [whatFailed] = (error as Error).message.split('\n');
  return `${whatFailed?.trim()} ${(reason as Error).message}`;
}
