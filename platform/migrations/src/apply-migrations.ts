import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { applyOne } from './apply-one.ts';
import { compareHistory, type History } from './migration-history.ts';
import { type Migration, readMigrations } from './migrations-folder.ts';
import { repositoryLayout } from './project-layout.ts';

export interface MigrationTarget {
  readonly subgraph: string;
  readonly databaseUrl: string;
  /** The folder that holds `<subgraph>/migrations`. Default: this repository's `prisma/`. */
  readonly schemaRoot?: string;
  /** Migrations of a later release that may have taken something away; default: `ACCEPT_CONTRACTED`. */
  readonly acceptContracted?: readonly string[];
  /** Names of those that are applied, and no others; default: all. */
  readonly only?: readonly string[];
  /** Told before a migration is applied. */
  readonly onApply?: (name: string) => void;
  /** Told what a later release has applied, which stays. */
  readonly onAhead?: (names: readonly string[]) => void;
  /** How often a migration tries to get its locks; default: for about five minutes. */
  readonly lockAttempts?: number;
}

/** Any number will do as long as nothing else takes an advisory lock on it: "souk" in ASCII. */
const MIGRATION_LOCK = 0x736f756b;

/**
 * Applies what is pending, oldest first, and returns its names. Each migration is one transaction
 * together with its row in `_prisma_migrations`: it is applied and recorded, or neither. Processes that
 * start at once wait for each other; all but the first find nothing to do.
 *
 * @throws MigrationError MIGRATION_FAILED, MIGRATION_EDITED, MIGRATION_MISSING, MIGRATION_UNFINISHED,
 *   MIGRATION_INCOMPLETE, MIGRATION_NOT_ATOMIC, MIGRATION_CONTRACTED, MIGRATION_BLOCKED
 */
export async function applyMigrations(target: MigrationTarget): Promise<string[]> {
  return withHistory(target, async ({ pending, ahead }, all, client) => {
    const { subgraph, onApply, onAhead } = target;
    if (ahead.length > 0) onAhead?.(ahead);
    if (pending.length === 0) return [];
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const { pending: stillPending } = await compareHistory(client, subgraph, all);
    for (const migration of stillPending) {
      onApply?.(migration.name);
      const upToIt = all.slice(0, all.indexOf(migration) + 1);
      await applyOne({ ...target, migration, upToIt });
    }
    return stillPending.map(({ name }) => name);
  });
}

/** The names of the migrations that `applyMigrations` would apply. */
export async function pendingMigrations(target: MigrationTarget): Promise<string[]> {
  return withHistory(target, async ({ pending }) => pending.map(({ name }) => name));
}

async function withHistory<T>(
  target: MigrationTarget,
  use: (history: History, all: Migration[], client: pg.Client) => Promise<T>,
): Promise<T> {
  const { subgraph, databaseUrl, schemaRoot = repositoryLayout().schemaRoot } = target;
  const { acceptContracted = contractedAccepted(process.env) } = target;
  const all = readMigrations(schemaRoot, subgraph).filter(
    ({ name }) => target.only?.includes(name) ?? true,
  );
  const client = openClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await use(await compareHistory(client, subgraph, all, acceptContracted), all, client);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

/** For a command's output: each step of a subgraph's migrations on a line of its own. */
export const loggingSteps = (
  subgraph: string,
  write: (line: string) => void,
): Pick<MigrationTarget, 'onApply' | 'onAhead'> => ({
  onApply: (name) => write(`${subgraph}: applying ${name}`),
  onAhead: (names) => write(aheadSentence(subgraph, names)),
});

export const aheadSentence = (subgraph: string, names: readonly string[]): string =>
  `${subgraph}: a later release has added ${names.join(', ')}, which stays`;

const contractedAccepted = ({ ACCEPT_CONTRACTED = '' }: NodeJS.ProcessEnv): string[] =>
  ACCEPT_CONTRACTED.split(',').map((name) => name.trim());
