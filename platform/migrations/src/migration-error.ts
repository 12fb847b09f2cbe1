import type { FoundContraction } from './contractions.ts';

/** A migration that cannot be applied: one sentence, and a way out. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  /** Stable, in the form `NOUN_STATE`. */
  readonly code: string;
  readonly wayOut: string;

  constructor(code: string, message: string, wayOut: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.wayOut = wayOut;
  }
}

export const migrationEdited = (subgraph: string, name: string) =>
  new MigrationError(
    'MIGRATION_EDITED',
    `Migration ${name} of ${subgraph} was changed after it had been applied.`,
    `Restore its file and write the change as a new one: npm run db:diff -- ${subgraph} <name>. Where the data is of no value: npm run db:reset.`,
  );

export const migrationMissing = (subgraph: string, name: string) =>
  new MigrationError(
    'MIGRATION_MISSING',
    `Migration ${name} was applied to the database of ${subgraph}, and is not in its folder.`,
    'Restore its folder, or run the version of Souk that has it. Where the data is of no value: npm run db:reset.',
  );

export const migrationContracted = (subgraph: string, name: string, reason: string) =>
  new MigrationError(
    'MIGRATION_CONTRACTED',
    `A later release applied ${name} to the database of ${subgraph}, which takes something away: ${reason}.`,
    `Only the release directly before that one is sure to do without. If this is it: ACCEPT_CONTRACTED=${name} in the environment of the migrations; else run the later release, or restore a backup.`,
  );

export const migrationUnfinished = (subgraph: string, name: string) =>
  new MigrationError(
    'MIGRATION_UNFINISHED',
    `Migration ${name} of ${subgraph} was started earlier and did not finish.`,
    `See what it left, then say which it is: npm run db:resolve -- ${subgraph} ${name} applied (or: rolled-back).`,
  );

export const migrationFailed = (
  subgraph: string,
  name: string,
  reason: string,
  kept: boolean,
  cause: unknown,
) =>
  new MigrationError(
    'MIGRATION_FAILED',
    `Migration ${name} of ${subgraph} failed: ${reason}`,
    kept
      ? `It runs outside a transaction, so what it did before stays. Repair that, then: npm run db:resolve -- ${subgraph} ${name} rolled-back.`
      : 'Nothing of it was kept. Correct its SQL and run it again.',
    cause,
  );

export const migrationBlocked = (subgraph: string, name: string, cause: unknown) =>
  new MigrationError(
    'MIGRATION_BLOCKED',
    `Migration ${name} of ${subgraph} did not get a lock that it needs, however often it tried.`,
    'Nothing of it was kept. See in pg_stat_activity which transaction has been open for long, end it, and run the migration again.',
    cause,
  );

export const migrationNotAtomic = (subgraph: string, name: string, statement: string) =>
  new MigrationError(
    'MIGRATION_NOT_ATOMIC',
    `Migration ${name} of ${subgraph} says ${statement}, but each migration is one transaction already.`,
    'Remove the statement. For what cannot run in a transaction (CREATE INDEX CONCURRENTLY), begin a migration of its own with the line "-- souk: no transaction".',
  );

export const migrationIncomplete = (subgraph: string, name: string, cause: unknown) =>
  new MigrationError(
    'MIGRATION_INCOMPLETE',
    `Migration ${name} of ${subgraph} has no readable migration.sql.`,
    'Restore the file, or remove the folder.',
    cause,
  );

export const migrationUnknown = (subgraph: string, name: string) =>
  new MigrationError(
    'MIGRATION_UNKNOWN',
    `No unfinished migration ${name} is recorded in the database of ${subgraph}.`,
    'See npm run db:migrate for the name.',
  );

export const migrationContracts = (subgraph: string, found: readonly FoundContraction[]) =>
  new MigrationError(
    'MIGRATION_CONTRACTS',
    [
      `The next migration of ${subgraph} does more than add, and was not written:`,
      ...found.map(({ statement, warning }) => `  ${statement}\n    ${warning}`),
    ].join('\n'),
    'Add now and take away a release later; or say why it may be: npm run db:diff -- <subgraph> <name> --contract "<why>".',
  );
