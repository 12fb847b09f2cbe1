import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the schemas, the migrations and the generated clients are. */
export interface ProjectLayout {
  /** Holds a folder per subgraph: `<schemaRoot>/<subgraph>/schema.prisma`. */
  readonly schemaRoot: string;
  /** Holds the workspaces of the subgraphs. */
  readonly subgraphRoot: string;
}

/** The layout of this repository, and of the image made of it. */
export function repositoryLayout(): ProjectLayout {
  // From `src/` as from the bundle in `dist/`.
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return { schemaRoot: join(root, 'prisma'), subgraphRoot: join(root, 'subgraphs') };
}

export function schemaPath(schemaRoot: string, subgraph: string): string {
  return join(schemaRoot, subgraph, 'schema.prisma');
}

/** The runtime's tables, which every subgraph's database has beside its own. */
export function runtimeSchemaPath(schemaRoot: string): string {
  return join(schemaRoot, 'runtime.prisma');
}

/** The runtime's tables as SQL, with what Prisma's language cannot say. */
export function runtimeTablesPath(schemaRoot: string): string {
  return join(schemaRoot, 'runtime.sql');
}

export function migrationsPath(schemaRoot: string, subgraph: string): string {
  return join(schemaRoot, subgraph, 'migrations');
}
