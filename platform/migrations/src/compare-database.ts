import { existsSync, readFileSync } from 'node:fs';
import { openClient } from '@souk/runtime/postgres';
import {
  type DatabaseDescription,
  type Differences,
  describeDatabase,
  differencesOf,
} from './describe-database.ts';
import type { DiffTarget } from './diff-schema.ts';
import { readMigrations } from './migrations-folder.ts';
import { repositoryLayout, runtimeTablesPath } from './project-layout.ts';
import { createShadowDatabase } from './shadow-database.ts';

/** What the migrations of a subgraph lead to, replayed in a scratch database. */
export function describeMigrated(target: DiffTarget): Promise<DatabaseDescription> {
  const { subgraph, serverUrl, schemaRoot = repositoryLayout().schemaRoot } = target;
  return describeScripts(
    serverUrl,
    readMigrations(schemaRoot, subgraph).map(({ sql }) => sql),
  );
}

/** What stands in a database beside its rows, compared with what the migrations lead to. */
export async function compareDatabase(
  target: DiffTarget & { readonly databaseUrl: string },
): Promise<Differences> {
  const client = openClient({ connectionString: target.databaseUrl });
  await client.connect();
  try {
    const found = await describeDatabase(client);
    return differencesOf(await describeMigrated(target), found);
  } finally {
    await client.end();
  }
}

/**
 * What the migrations of a subgraph leave out of the runtime's tables, or make otherwise, as
 * `runtime.sql` has them: also what Prisma cannot say, and would not miss (partitions, functions).
 */
export async function missingOfRuntime(target: DiffTarget): Promise<string[]> {
  const { serverUrl, schemaRoot = repositoryLayout().schemaRoot } = target;
  const file = runtimeTablesPath(schemaRoot);
  if (!existsSync(file)) return [];
  const runtime = await describeScripts(serverUrl, [readFileSync(file, 'utf8')]);
  const { missing, different } = differencesOf(runtime, await describeMigrated(target));
  return [...missing, ...different];
}

async function describeScripts(serverUrl: string, scripts: readonly string[]) {
  const shadow = await createShadowDatabase(serverUrl);
  try {
    for (const script of scripts) await shadow.pool.query(script);
    return await describeDatabase(shadow.pool);
  } finally {
    await shadow.drop();
  }
}
