import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, startTemporaryPostgres } from '@souk/embedded';
import { openClient } from '@souk/runtime/postgres';

const HEAD = 'datasource db {\n  provider = "postgresql"\n}\n';

/** A schema, its migrations and an empty database, of a subgraph that exists for one test. */
export interface ScratchProject {
  readonly schemaRoot: string;
  readonly subgraph: string;
  readonly databaseUrl: string;
  readonly serverUrl: string;
  writeSchema(models: string): void;
  writeMigration(name: string, sql: string): void;
  removeMigration(name: string): void;
  migrationNames(): string[];
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/** A server of its own: this workspace comes before the one that tests share a server with. */
export async function startScratchServer() {
  const folder = mkdtempSync(join(tmpdir(), 'souk-prisma-'));
  const server = await startTemporaryPostgres({ inMemory: true });
  let count = 0;
  return {
    newProject: () => createScratchProject(server, folder, `scratch_${++count}`),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createScratchProject(
  server: Postgres,
  schemaRoot: string,
  subgraph: string,
): Promise<ScratchProject> {
  await server.ensureDatabase(subgraph);
  const databaseUrl = server.urlFor(subgraph);
  const folder = join(schemaRoot, subgraph);
  const migrations = join(folder, 'migrations');
  mkdirSync(migrations, { recursive: true });
  return {
    schemaRoot,
    subgraph,
    databaseUrl,
    serverUrl: server.urlFor('postgres'),
    writeSchema: (models) => writeFileSync(join(folder, 'schema.prisma'), HEAD + models),
    writeMigration(name, sql) {
      mkdirSync(join(migrations, name), { recursive: true });
      writeFileSync(join(migrations, name, 'migration.sql'), sql);
    },
    removeMigration: (name) => rmSync(join(migrations, name), { recursive: true }),
    migrationNames: () =>
      readdirSync(migrations)
        .filter((name) => !name.endsWith('.toml'))
        .sort(),
    async query(sql) {
      const client = openClient({ connectionString: databaseUrl });
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
  };
}
