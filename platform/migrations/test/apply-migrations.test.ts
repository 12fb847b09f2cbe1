import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { applyMigrations, pendingMigrations, resolveMigration } from '../src/index.ts';
import { type ScratchProject, startScratchServer } from './scratch-project.ts';

const FIRST = '20260101000000_first';
const SECOND = '20260102000000_second';

let server: Awaited<ReturnType<typeof startScratchServer>>;
let project: ScratchProject;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  project = await server.newProject();
  project.writeMigration(FIRST, 'CREATE TABLE item (id int PRIMARY KEY);');
});

const tables = async () =>
  (
    await project.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)
  ).map((row) => row.tablename);
const history = () =>
  project.query(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished, applied_steps_count AS steps,
       length(checksum) AS digits FROM _prisma_migrations ORDER BY migration_name`,
  );

test('what is pending is applied once, in order, and recorded as Prisma records it', async () => {
  project.writeMigration(SECOND, 'ALTER TABLE item ADD COLUMN name text;');
  expect(await pendingMigrations(project)).toEqual([FIRST, SECOND]);
  expect(await applyMigrations(project)).toEqual([FIRST, SECOND]);
  expect(await applyMigrations(project)).toEqual([]);
  expect(await pendingMigrations(project)).toEqual([]);
  expect(await history()).toEqual([
    { name: FIRST, finished: true, steps: 1, digits: 64 },
    { name: SECOND, finished: true, steps: 1, digits: 64 },
  ]);
});

test('processes that start at once apply each migration once', async () => {
  project.writeMigration(SECOND, 'INSERT INTO item VALUES (1);');
  const applied = await Promise.all(Array.from({ length: 5 }, () => applyMigrations(project)));
  expect(applied.flat().sort()).toEqual([FIRST, SECOND]);
  expect(await project.query('SELECT * FROM item')).toEqual([{ id: 1 }]);
});

test('a script reaches the server whole, with semicolons in strings and function bodies', async () => {
  project.writeMigration(
    SECOND,
    `CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF NEW.id < 0 THEN RAISE EXCEPTION 'no; never'; END IF; RETURN NEW; END; $$;
     CREATE TRIGGER guard BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION guard();`,
  );
  await applyMigrations(project);
  await expect(project.query('INSERT INTO item VALUES (-1)')).rejects.toThrow('no; never');
});

test('a migration that fails leaves nothing, keeps those before it, and can be corrected', async () => {
  project.writeMigration(SECOND, 'CREATE TABLE half (id int);\nINSERT INTO nowhere VALUES (1);');
  await expect(applyMigrations(project)).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/20260102000000_second.*"nowhere" does not exist \(line 2\)/),
    wayOut: expect.stringContaining('Nothing of it was kept'),
  });
  expect(await tables()).toEqual(['_prisma_migrations', 'item']);
  expect(await pendingMigrations(project)).toEqual([SECOND]);
  project.writeMigration(SECOND, 'CREATE TABLE whole (id int);');
  expect(await applyMigrations(project)).toEqual([SECOND]);
  expect(await tables()).toEqual(['_prisma_migrations', 'item', 'whole']);
});

test('the very first migration failing leaves an empty database', async () => {
  project.writeMigration(FIRST, 'CREATE TABLE item (id int); SELECT 1/0;');
  await expect(applyMigrations(project)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
  expect(await tables()).toEqual([]);
});

test('a migration changed after it was applied is refused', async () => {
  await applyMigrations(project);
  project.writeMigration(FIRST, 'CREATE TABLE item (id bigint PRIMARY KEY);');
  project.writeMigration(SECOND, 'CREATE TABLE other (id int);');
  await expect(applyMigrations(project)).rejects.toMatchObject({
    code: 'MIGRATION_EDITED',
    message: expect.stringContaining(FIRST),
  });
  expect(await tables()).not.toContain('other');
});

const THIRD = '20260103000000_third';

test('a release works in a database to which a later one added something, so that it can be rolled back', async () => {
  project.writeMigration(SECOND, 'CREATE TABLE other (id int);');
  await applyMigrations(project);
  project.removeMigration(SECOND);
  const told: string[] = [];
  const onAhead = (names: readonly string[]) => told.push(...names);
  expect(await applyMigrations({ ...project, onAhead })).toEqual([]);
  expect(told).toEqual([SECOND]);
  expect(await tables()).toContain('other');
});

test('a release works beside a later contraction only after a person has allowed it by name', async () => {
  await applyMigrations(project);
  project.writeMigration(SECOND, '-- contract: unused since 2\nALTER TABLE item DROP COLUMN id;');
  await applyMigrations(project);
  project.removeMigration(SECOND);
  await expect(applyMigrations(project)).rejects.toMatchObject({
    code: 'MIGRATION_CONTRACTED',
    message: expect.stringContaining('unused since 2'),
    wayOut: expect.stringContaining(`ACCEPT_CONTRACTED=${SECOND}`),
  });
  expect(await applyMigrations({ ...project, acceptContracted: [SECOND] })).toEqual([]);
});

test('a migration that was applied and is gone is refused where it is not the latest', async () => {
  project.writeMigration(SECOND, 'CREATE TABLE other (id int);');
  project.writeMigration(THIRD, 'CREATE TABLE third (id int);');
  await applyMigrations(project);
  project.removeMigration(SECOND);
  await expect(applyMigrations(project)).rejects.toMatchObject({ code: 'MIGRATION_MISSING' });
});

test('a database of another branch is refused: what is pending may need what is not there', async () => {
  project.writeMigration(THIRD, 'CREATE TABLE third (id int);');
  await applyMigrations(project);
  project.removeMigration(THIRD);
  project.writeMigration(SECOND, 'CREATE TABLE other (id int);');
  await expect(applyMigrations(project)).rejects.toMatchObject({ code: 'MIGRATION_MISSING' });
  expect(await tables()).not.toContain('other');
});

test('a folder without its SQL file is refused', async () => {
  project.writeMigration(SECOND, '');
  project.removeMigration(`${SECOND}/migration.sql`);
  await expect(applyMigrations(project)).rejects.toMatchObject({ code: 'MIGRATION_INCOMPLETE' });
});

test('a script that ends the transaction around it is refused before anything runs', async () => {
  project.writeMigration(SECOND, 'CREATE TABLE other (id int);\nCOMMIT;\nSELECT 1/0;');
  await expect(applyMigrations(project)).rejects.toMatchObject({ code: 'MIGRATION_NOT_ATOMIC' });
  expect(await tables()).not.toContain('other');
});

test('a migration may run outside a transaction; its failure stays until somebody settles it', async () => {
  await applyMigrations(project);
  await project.query('INSERT INTO item VALUES (1)');
  const concurrently = 'CREATE UNIQUE INDEX CONCURRENTLY one ON item ((id / id));';
  project.writeMigration(SECOND, `-- souk: no transaction\n${concurrently}`);
  await project.query('INSERT INTO item VALUES (2)');
  await expect(applyMigrations(project)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
  await expect(applyMigrations(project)).rejects.toMatchObject({ code: 'MIGRATION_UNFINISHED' });
  await project.query('DROP INDEX one');
  await project.query('DELETE FROM item WHERE id = 2');
  const { subgraph, databaseUrl } = project;
  const settled = { subgraph, databaseUrl, migration: SECOND, outcome: 'rolled-back' } as const;
  await resolveMigration(settled);
  await expect(resolveMigration(settled)).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' });
  expect(await applyMigrations(project)).toEqual([SECOND]);
});

/** Runs the work while a reader of the table stays in its transaction. */
async function whileRead<T>(work: (reader: pg.Client) => Promise<T>): Promise<T> {
  const reader = openClient({ connectionString: project.databaseUrl });
  await reader.connect();
  try {
    await reader.query('BEGIN; SELECT * FROM item');
    return await work(reader);
  } finally {
    await reader.end();
  }
}

test('a migration that waits for a lock lets others through, and is applied when it has it', async () => {
  await applyMigrations(project);
  project.writeMigration(
    SECOND,
    'CREATE TABLE more (id int); ALTER TABLE item ADD COLUMN name text;',
  );
  await whileRead(async (reader) => {
    const applied = applyMigrations(project);
    const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'item'::regclass`;
    while ((await project.query(waiting)).length === 0) await delay(20);
    // Stands behind the migration, which waits for the reader, who reads on.
    await project.query('INSERT INTO item VALUES (1)');
    expect(await pendingMigrations(project)).toEqual([SECOND]);
    await reader.query('COMMIT');
    expect(await applied).toEqual([SECOND]);
  });
  expect(await project.query('SELECT * FROM item')).toEqual([{ id: 1, name: null }]);
  expect(await tables()).toEqual(['_prisma_migrations', 'item', 'more']);
});

test('a migration that never gets its lock reports it, and leaves nothing behind', async () => {
  await applyMigrations(project);
  project.writeMigration(SECOND, 'CREATE TABLE more (id int); DROP TABLE item;');
  await whileRead(async () => {
    await expect(applyMigrations({ ...project, lockAttempts: 1 })).rejects.toMatchObject({
      code: 'MIGRATION_BLOCKED',
      wayOut: expect.stringContaining('pg_stat_activity'),
    });
  });
  expect(await tables()).toEqual(['_prisma_migrations', 'item']);
  expect(await applyMigrations(project)).toEqual([SECOND]);
});
