export {
  aheadSentence,
  applyMigrations,
  type MigrationTarget,
  pendingMigrations,
} from './apply-migrations.ts';
export { type RestoreTarget, restoreBackup } from './backup/restore-backup.ts';
export { type BackupSource, writeBackup } from './backup/write-backup.ts';
export { compareDatabase, missingOfRuntime } from './compare-database.ts';
export {
  contractionsOf,
  contractReason,
  indexesUnderLock,
  validatedUnderLock,
} from './contractions.ts';
export { databaseUrlFromEnvironment } from './database-urls.ts';
export { type DiffTarget, diffSchema } from './diff-schema.ts';
export { generateClients } from './generate-clients.ts';
export { MigrationError } from './migration-error.ts';
export { type ProjectLayout, repositoryLayout } from './project-layout.ts';
export { type Resolution, resolveMigration } from './resolve-migration.ts';
export { type NextMigration, writeNextMigration } from './write-next-migration.ts';
