import { pendingMigrations } from './apply-migrations.ts';
import { compareDatabase } from './compare-database.ts';
import type { DiffTarget } from './diff-schema.ts';

/** What is wrong with a real database, a line each: what is not applied, and what is not as it should be. */
export async function checkDatabase(
  target: DiffTarget & { readonly databaseUrl: string },
): Promise<string[]> {
  const pending = await pendingMigrations(target);
  // Until they are applied, what they make would be listed a second time.
  if (pending.length > 0) return pending.map((name) => `not applied: ${name}`);
  const { missing, different, unexpected } = await compareDatabase(target);
  return [
    ...missing.map((name) => `missing: ${name}`),
    ...different.map((name) => `different: ${name}`),
    ...unexpected.map((name) => `in no migration: ${name}`),
  ];
}
