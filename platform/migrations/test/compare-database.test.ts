import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkDatabase } from '../src/check-database.ts';
import {
  applyMigrations,
  diffSchema,
  missingOfRuntime,
  repositoryLayout,
  writeNextMigration,
} from '../src/index.ts';
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

const { schemaRoot } = repositoryLayout();

const TABLES = `CREATE TABLE item (id int PRIMARY KEY, stock int NOT NULL, name text,
    CONSTRAINT item_stock CHECK (stock >= 0));
  CREATE UNIQUE INDEX one_in_stock ON item (name) WHERE stock > 0;
  CREATE FUNCTION doubled(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';`;

test.each([
  ['DROP INDEX one_in_stock', ['missing: index public.one_in_stock']],
  ['ALTER TABLE item DROP CONSTRAINT item_stock', ['missing: constraint public.item.item_stock']],
  ['ALTER TABLE item ALTER COLUMN stock DROP NOT NULL', ['different: column public.item.stock']],
  [
    `CREATE OR REPLACE FUNCTION doubled(n int) RETURNS int LANGUAGE sql AS 'SELECT n'`,
    ['different: function public.doubled(n integer)'],
  ],
  ['CREATE INDEX by_hand ON item (stock)', ['in no migration: index public.by_hand']],
  ['ALTER TABLE item ADD COLUMN hand int', ['in no migration: column public.item.hand']],
  ['SELECT 1', []],
])('after %s by hand, a database is told from what its migrations make', async (sql, problems) => {
  project.writeMigration('20260101000000_init', TABLES);
  expect(await checkDatabase(project)).toEqual(['not applied: 20260101000000_init']);
  await applyMigrations(project);
  await project.query(sql);
  expect(await checkDatabase(project)).toEqual(problems);
});

test('the first migration of a subgraph makes the runtime tables, written by hand or not', async () => {
  for (const file of ['runtime.prisma', 'runtime.sql']) {
    cpSync(join(schemaRoot, file), join(project.schemaRoot, file));
  }
  project.writeSchema('model Item {\n  id String @id\n}\n');
  await writeNextMigration({ ...project, name: 'init' });
  expect(project.migrationNames()).toEqual([
    expect.stringMatching(/_runtime$/),
    expect.stringMatching(/_init$/),
  ]);
  expect(await missingOfRuntime(project)).toEqual([]);
  expect(await diffSchema(project)).toBeNull();
});

test.each([
  [
    'CREATE INDEX "event_delivery_due_at_position_idx"',
    'index public.event_delivery_due_at_position_idx',
  ],
  ['CREATE TABLE "event_log"."without_day"', 'table event_log.without_day'],
])('a subgraph without %s is told by name', async (statement, missing) => {
  cpSync(join(schemaRoot, 'runtime.sql'), join(project.schemaRoot, 'runtime.sql'));
  const whole = readFileSync(join(schemaRoot, 'runtime.sql'), 'utf8');
  const from = whole.indexOf(statement);
  const forgetting = whole.slice(0, from) + whole.slice(whole.indexOf(';', from) + 1);
  project.writeMigration('20260101000000_init', forgetting.replace(/^SELECT "event_log".*$/m, ''));
  expect(await missingOfRuntime(project)).toContain(missing);
});
