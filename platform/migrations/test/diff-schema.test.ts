import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { applyMigrations, diffSchema, writeNextMigration } from '../src/index.ts';
import { type ScratchProject, startScratchServer } from './scratch-project.ts';

let server: Awaited<ReturnType<typeof startScratchServer>>;
let project: ScratchProject;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  project = await server.newProject();
});

const shadows = () => project.query(`SELECT 1 FROM pg_database WHERE datname LIKE 'souk_shadow%'`);

test('the first migration is written from the schema, and then nothing is missing', async () => {
  project.writeSchema('model Item {\n  id String @id\n}\n');
  const file = await writeNextMigration({ ...project, name: 'Init it!' });
  expect(file).toMatch(/\/\d{14}_init_it\/migration\.sql$/);
  expect(readFileSync(file as string, 'utf8')).toContain('CREATE TABLE "Item"');
  expect(await diffSchema(project)).toBeNull();
  expect(await writeNextMigration({ ...project, name: 'again' })).toBeNull();
  expect(await applyMigrations(project)).toEqual(project.migrationNames());
  expect(await shadows()).toEqual([]);
});

test('a changed schema differs until its migration is written, in order even within one second', async () => {
  const now = new Date('2026-05-05T10:00:00Z');
  project.writeSchema('model Item {\n  id String @id\n}\n');
  await writeNextMigration({ ...project, name: 'init', now });
  project.writeSchema('model Item {\n  id String @id\n  weight Int @default(0)\n}\n');
  expect(await diffSchema(project)).toContain('ADD COLUMN     "weight"');
  await writeNextMigration({ ...project, name: 'add_weight', now });
  expect(project.migrationNames()).toEqual(['20260505100000_init', '20260505100001_add_weight']);
  expect(await diffSchema(project)).toBeNull();
});

test('what loses rows or fails on filled tables is not written without a reason', async () => {
  project.writeSchema('model Item {\n  id String @id\n  old Int\n}\n');
  await writeNextMigration({ ...project, name: 'init' });
  project.writeSchema('model Item {\n  id String @id\n  code String @unique\n}\n');
  const refused = writeNextMigration({ ...project, name: 'code' });
  await expect(refused).rejects.toMatchObject({ code: 'MIGRATION_CONTRACTS' });
  const { message } = await refused.catch((error) => error);
  expect(message).toMatch(/DROP COLUMN "old".*\n {4}loses what is in it/);
  expect(message).toMatch(/CREATE UNIQUE INDEX .*\n {4}fails where two rows are alike/);
  expect(project.migrationNames()).toHaveLength(1);
  const file = await writeNextMigration({ ...project, name: 'code', contract: 'not released' });
  expect(readFileSync(file as string, 'utf8')).toMatch(/^-- contract: not released\n/);
});

test('what the schema language cannot say is written by hand and stays', async () => {
  project.writeSchema(`model Item {
    id     String                   @id
    name   String
    stock  Int
    search Unsupported("tsvector")? @default(dbgenerated())
    @@index([search], type: Gin)
  }`);
  project.writeMigration(
    '20260101000000_init',
    `CREATE TABLE "Item" (id text NOT NULL, name text NOT NULL, stock int NOT NULL,
       search tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED,
       CONSTRAINT "Item_pkey" PRIMARY KEY (id), CONSTRAINT stock_not_negative CHECK (stock >= 0));
     CREATE INDEX "Item_search_idx" ON "Item" USING GIN (search);
     CREATE UNIQUE INDEX one_in_stock ON "Item" (name) WHERE stock > 0;
     CREATE INDEX by_lower_name ON "Item" (lower(name));
     CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';`,
  );
  expect(await diffSchema(project)).toBeNull();
});

test('an invalid schema and a broken migration are explained, and leave no scratch database', async () => {
  project.writeSchema('model Item {\n  id Nonsense @id\n}\n');
  await expect(diffSchema(project)).rejects.toThrow(/"Nonsense" is neither/);
  project.writeSchema('model Item {\n  id String @id\n}\n');
  project.writeMigration('20260101000000_init', 'CREATE NONSENSE;');
  await expect(diffSchema(project)).rejects.toThrow(/NONSENSE/);
  expect(await shadows()).toEqual([]);
});
