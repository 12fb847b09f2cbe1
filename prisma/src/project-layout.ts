import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the schemas, the migrations and the generated clients are. */
export interface ProjectLayout {
  /** Holds a folder per subgraph: `<schemaRoot>/<subgraph>/schema.prisma`. */
  readonly schemaRoot: string;
  /** Holds the workspaces of the subgraphs. */
  readonly subgraphRoot: string;
}

/** The layout of this repository. A bundle, whose files stand elsewhere, passes its own. */
export function repositoryLayout(): ProjectLayout {
  const schemaRoot = dirname(dirname(fileURLToPath(import.meta.url)));
  return { schemaRoot, subgraphRoot: join(dirname(schemaRoot), 'subgraphs') };
}

/** Every subgraph that has a schema, in the order of their names. */
export function listSubgraphs({ schemaRoot }: Pick<ProjectLayout, 'schemaRoot'>): string[] {
  return readdirSync(schemaRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(schemaPath(schemaRoot, entry.name)))
    .map((entry) => entry.name)
    .sort();
}

export function schemaPath(schemaRoot: string, subgraph: string): string {
  return join(schemaRoot, subgraph, 'schema.prisma');
}

export function migrationsPath(schemaRoot: string, subgraph: string): string {
  return join(schemaRoot, subgraph, 'migrations');
}
