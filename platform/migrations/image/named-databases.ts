import { textOfVariable } from '@souk/runtime/process';
import { databaseUrlVariable, SUBGRAPH_NAMES, type SubgraphName } from '../../../souk.config.ts';
import { databaseUrlFromEnvironment } from '../src/database-urls.ts';

/** The databases of a command that runs in an image: all are named in the environment. */
export interface NamedDatabases {
  urlFor(subgraph: SubgraphName): string;
  /** Of a role that may make roles and databases; without it the subgraphs' own roles have to. */
  readonly adminUrl: string | undefined;
}

/** Runs a command of the image; what a person needs to know of an error is a sentence and a way out. */
export async function withNamedDatabases(
  command: (databases: NamedDatabases, args: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    const unnamed = SUBGRAPH_NAMES.filter((subgraph) => !databaseUrlFromEnvironment(subgraph));
    if (unnamed.length > 0) throw new Error(`Set ${unnamed.map(databaseUrlVariable).join(', ')}.`);
    const databases: NamedDatabases = {
      urlFor: (subgraph) => databaseUrlFromEnvironment(subgraph) as string,
      adminUrl: textOfVariable(process.env, 'ADMIN_DATABASE_URL'),
    };
    await command(databases, process.argv.slice(2));
  } catch (error) {
    const { message, wayOut } = error as Error & { wayOut?: string };
    console.error([message, wayOut].filter(Boolean).join('\n'));
    process.exitCode = 1;
  }
}

/** @throws when it is no subgraph */
export function subgraphNamed(name: string | undefined): SubgraphName {
  const found = SUBGRAPH_NAMES.find((subgraph) => subgraph === name);
  if (found) return found;
  throw new Error(`Name a subgraph: ${SUBGRAPH_NAMES.join(', ')}.`);
}
