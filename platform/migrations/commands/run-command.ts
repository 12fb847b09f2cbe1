import { parseArgs } from 'node:util';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../souk.config.ts';
import { type OpenDatabases, openDatabases } from './open-databases.ts';

export interface CommandInput {
  readonly positionals: readonly string[];
  readonly subgraphs: readonly SubgraphName[];
  readonly databases: OpenDatabases;
  readonly dataDir: string;
  readonly force: boolean;
  /** Why the next migration may take something away. */
  readonly contract: string | undefined;
  /** Whether a backup may take the place of what is there. */
  readonly replace: boolean;
  /** Whether the real databases are compared, too. */
  readonly database: boolean;
}

/** A mistake in how a command was called; its message says how to call it. */
export class UsageError extends Error {}

/** Runs a command and says what a person needs to know of an error: one sentence and a way out. */
export async function runCommand(command: (input: CommandInput) => Promise<void>): Promise<void> {
  let databases: OpenDatabases | undefined;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        data: { type: 'string', default: '.data' },
        force: { type: 'boolean', default: false },
        contract: { type: 'string' },
        replace: { type: 'boolean', default: false },
        database: { type: 'boolean', default: false },
      },
    });
    databases = openDatabases(values.data);
    await command({
      positionals,
      subgraphs: SUBGRAPH_NAMES,
      databases,
      dataDir: values.data,
      force: values.force,
      contract: values.contract?.trim(),
      replace: values.replace,
      database: values.database,
    });
  } catch (error) {
    const { message, wayOut } = error as Error & { wayOut?: string };
    console.error([message, wayOut].filter(Boolean).join('\n'));
    process.exitCode = 1;
  } finally {
    await databases?.close();
  }
}

/** @throws UsageError when there is no such subgraph */
export function requireSubgraph(name: string, subgraphs: readonly SubgraphName[]): SubgraphName {
  const found = subgraphs.find((subgraph) => subgraph === name);
  if (found) return found;
  throw new UsageError(`There is no subgraph "${name}". There are: ${subgraphs.join(', ')}.`);
}
