import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  contractionsOf,
  contractReason,
  indexesUnderLock,
  validatedUnderLock,
} from '../src/index.ts';

/**
 * Migrations up to here came before the first release, which is installed from scratch or with everything
 * stopped.
 */
const BEFORE_FIRST_RELEASE = '20261201';

test.each([
  'ALTER TABLE "a" DROP COLUMN "b";',
  'ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL;',
  'ALTER TABLE "a" ADD CONSTRAINT "a_b" CHECK (b > 0);',
  'ALTER TABLE "a" ADD COLUMN "b" TEXT NOT NULL;',
  'ALTER TABLE "a" RENAME TO "b";',
  'ALTER TABLE "a" ALTER COLUMN "b" SET DATA TYPE INTEGER;',
  'CREATE UNIQUE INDEX "a_b" ON "a" ("b");',
  'ALTER TABLE "a" ADD CONSTRAINT "a_b" FOREIGN KEY ("b") REFERENCES "c"("id");',
  'TRUNCATE "a";',
  'DROP SCHEMA "a" CASCADE;',
])('%s is a contraction, with a reason or without', (sql) => {
  expect(contractionsOf(sql)).toHaveLength(1);
  expect(contractReason(sql)).toBeNull();
  expect(contractReason(`-- contract: unused since 0.2\n${sql}`)).toBe('unused since 0.2');
});

test.each([
  'ALTER TABLE "a" ADD COLUMN "b" TEXT;',
  'ALTER TABLE "a" ADD COLUMN "b" INTEGER NOT NULL DEFAULT 0;',
  'CREATE TABLE "a" ("b" TEXT NOT NULL);',
  'CREATE TABLE "a" ("b" TEXT); CREATE UNIQUE INDEX "a_b" ON "a"("b");',
  'CREATE TABLE "a" ("b" TEXT); ALTER TABLE "a" ADD CONSTRAINT "a_b" FOREIGN KEY ("b") REFERENCES "c"("id");',
  '-- No DROP COLUMN here.\nCREATE INDEX "a_b" ON "a" ("b");',
])('%s is none', (sql) => {
  expect(contractionsOf(sql)).toEqual([]);
});

function migrationsAfter(begin: string): { path: string; sql: string }[] {
  const prisma = new URL('../../../prisma/', import.meta.url);
  const folders = readdirSync(prisma, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return folders.flatMap(({ name }) => {
    const migrations = new URL(`${name}/migrations/`, prisma);
    return readdirSync(migrations)
      .filter((migration) => /^\d/.test(migration) && migration > begin)
      .map((migration) => ({
        path: `${name}/${migration}`,
        sql: readFileSync(new URL(`${migration}/migration.sql`, migrations), 'utf8'),
      }));
  });
}

const laterMigrations = () => migrationsAfter(BEFORE_FIRST_RELEASE);

test('a migration of a later release takes nothing away without saying why it may', () => {
  const unexplained = laterMigrations()
    .filter(({ sql }) => contractionsOf(sql).length > 0 && contractReason(sql) === null)
    .map(({ path }) => path);
  expect(unexplained).toEqual([]);
});

test.each([
  ['CREATE INDEX "a_b" ON "a" ("b");', ['a_b']],
  ['CREATE UNIQUE INDEX a_b ON ONLY a USING gin (b);', ['a_b']],
  ['CREATE INDEX IF NOT EXISTS "a_b" ON "a" ("b");', ['a_b']],
  ['CREATE INDEX ON a ("b");', ['an index of a']],
  ['CREATE TABLE "a" ("b" TEXT);\nCREATE INDEX "a_b" ON "a"("b");', []],
  ['-- souk: no transaction\nCREATE INDEX CONCURRENTLY "a_b" ON "a"("b");', []],
  ['-- CREATE INDEX "a_b" ON "a"("b");', []],
])('%s builds %j while nobody can write', (sql, names) => {
  expect(indexesUnderLock(sql)).toEqual(names);
});

/**
 * The last that did so, on a small table, before this was looked at. From here on migrations keep to it already, though
 * the first release comes later.
 */
const BUILT_UNDER_LOCK = '20261127200000';

test('no later migration builds an index on a table that people write to meanwhile', () => {
  const stopping = migrationsAfter(BUILT_UNDER_LOCK).flatMap(({ path, sql }) =>
    indexesUnderLock(sql).map((name) => `${path}: ${name}`),
  );
  expect(stopping).toEqual([]);
});

test.each([
  ['ADD CONSTRAINT b CHECK (c > 0) NOT VALID;\nALTER TABLE a VALIDATE CONSTRAINT b;', ['b']],
  ['ADD CONSTRAINT b CHECK (c > 0) NOT VALID;', []],
  ['VALIDATE CONSTRAINT b;', []],
])('ALTER TABLE a %s validates %j while nobody can read', (sql, names) => {
  expect(validatedUnderLock(`ALTER TABLE a ${sql}`)).toEqual(names);
});

/** The first that did so was there before this was looked at, and is not to be edited any more. */
const VALIDATED_UNDER_LOCK = '20261126170500_reasons_as_data';

test('no migration validates a constraint in the transaction that adds it', () => {
  const stopping = migrationsAfter(VALIDATED_UNDER_LOCK).flatMap(({ path, sql }) =>
    validatedUnderLock(sql).map((name) => `${path}: ${name}`),
  );
  expect(stopping).toEqual([]);
});
