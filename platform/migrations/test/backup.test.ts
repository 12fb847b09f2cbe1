import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { openClient } from '@souk/runtime/postgres';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { applyMigrations, restoreBackup, writeBackup } from '../src/index.ts';
import { type ScratchProject, startScratchServer } from './scratch-project.ts';

// Every kind of column and tie that makes copying hard.
const TABLES = `CREATE TYPE mood AS ENUM ('calm', 'Very "glad", (so)');
  CREATE TABLE person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    friend bigint REFERENCES person(id), favourite bigint, mood mood, tags text[], note jsonb, bytes bytea,
    price numeric(20, 6), at timestamptz, big bigint, lower_name text GENERATED ALWAYS AS (lower(name)) STORED);
  CREATE TABLE "odd Table" ("odd ""Column" bigserial PRIMARY KEY, owner bigint NOT NULL REFERENCES person(id), rank real);
  ALTER TABLE person ADD FOREIGN KEY (favourite) REFERENCES "odd Table"("odd ""Column");
  CREATE TABLE log (at date NOT NULL, text text) PARTITION BY RANGE (at);
  CREATE TABLE log_default PARTITION OF log DEFAULT;
  CREATE TABLE counted (n int);
  INSERT INTO counted VALUES (0);
  CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN UPDATE counted SET n = n + 1; RETURN new; END';
  CREATE TRIGGER counting AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION count_up();`;

const ROWS = `INSERT INTO person (name, mood, tags, note, bytes, price, at, big) VALUES
    ('Ada "the (first)", O''Neil \\ slash', 'Very "glad", (so)', ARRAY['a,b', NULL, '{"}'], 'null', '\\x00ff', 0.000001,
      '2026-01-02T03:04:05.678901Z', 9007199254740993),
    (E'two\\nlines\\t\\u00e9 \\U0001F600', NULL, '{}', '{"a": [1e400, null]}', NULL, NULL, '-infinity', NULL), ('', 'calm', NULL, NULL, '', 1, NULL, 0);
  UPDATE person SET friend = 3 WHERE id = 1;
  UPDATE person SET friend = 1 WHERE id = 3;
  INSERT INTO "odd Table" (owner, rank) VALUES (2, 0.1), (1, 'NaN');
  UPDATE person SET favourite = 2;
  INSERT INTO log SELECT date '2026-01-01' + n, 'day ' || n FROM generate_series(1, 2500) AS n;`;

const ALL = ['person', '"odd Table"', 'log', 'counted'];
const FIRST = '20260101000000_init';
const SECOND = '20260102000000_second';

let server: Awaited<ReturnType<typeof startScratchServer>>;
let project: ScratchProject;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  project = await server.newProject();
  project.writeMigration(FIRST, TABLES);
});

const contentOf = async () =>
  Promise.all(
    ALL.map((table) => project.query(`SELECT t::text FROM ${table} AS t ORDER BY t::text`)),
  );

async function backUp(files: Record<string, string> = {}): Promise<Buffer> {
  const target = new PassThrough();
  const whole = buffer(target);
  const databaseUrls = { [project.subgraph]: project.databaseUrl };
  await writeBackup({ databaseUrls, files }, target);
  target.end();
  return whole;
}

const restore = (backup: Buffer, { replace = true, onFile = (_: string, __: string) => {} } = {}) =>
  restoreBackup(
    {
      databaseUrls: { [project.subgraph]: project.databaseUrl },
      schemaRoot: project.schemaRoot,
      replace,
      onFile,
    },
    Readable.from(backup),
  );

test('what is restored is what was backed up, and works on from there', async () => {
  await applyMigrations(project);
  await project.query(ROWS);
  const before = await contentOf();
  const backup = await backUp({ 'secrets.json': 'ŝ "x"\n' });
  await project.query(`DELETE FROM log; UPDATE person SET name = 'gone', note = NULL`);
  const files: string[][] = [];
  await restore(backup, { onFile: (...file) => files.push(file) });
  expect(await contentOf()).toEqual(before);
  expect(files).toEqual([['secrets.json', 'ŝ "x"\n']]);
  // Sequences continue, keys hold and triggers fire.
  expect(await project.query(`INSERT INTO person (name) VALUES ('New') RETURNING id::int`)).toEqual(
    [{ id: 4 }],
  );
  await expect(project.query('INSERT INTO "odd Table" (owner) VALUES (99)')).rejects.toThrow(
    /foreign key/,
  );
  await project.query(`INSERT INTO log VALUES ('2026-01-01', '')`);
  expect(await project.query('SELECT n FROM counted')).toEqual([{ n: 2501 }]);
});

test('an older backup is brought up to this release, its rows as migrations leave them', async () => {
  await applyMigrations(project);
  await project.query(ROWS);
  const backup = await backUp();
  project.writeMigration(
    SECOND,
    'ALTER TABLE log ADD COLUMN length int; UPDATE log SET length = length(text);',
  );
  await restore(backup);
  expect(await project.query('SELECT sum(length)::int AS sum FROM log')).toEqual([
    { sum: (await project.query('SELECT sum(length(text))::int AS sum FROM log'))[0]?.sum },
  ]);
  expect(await applyMigrations(project)).toEqual([]);
});

test('a backup of a later release is refused before anything is erased', async () => {
  await applyMigrations(project);
  await project.query(ROWS);
  const before = await contentOf();
  project.writeMigration(SECOND, 'CREATE TABLE later (id int);');
  await applyMigrations(project);
  const backup = await backUp();
  project.removeMigration(SECOND);
  await expect(restore(backup)).rejects.toMatchObject({ code: 'BACKUP_NEWER' });
  expect(await contentOf()).toEqual(before);
});

test('what is there is replaced only when that is said, and while nobody uses it', async () => {
  await applyMigrations(project);
  const backup = await backUp();
  await expect(restore(backup, { replace: false })).rejects.toMatchObject({
    code: 'DATABASE_NOT_EMPTY',
  });
  const somebody = openClient({ connectionString: project.databaseUrl });
  await somebody.connect();
  onTestFinished(() => somebody.end());
  await expect(restore(backup)).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
});

test.each([
  ['cut short', (backup: Buffer) => backup.subarray(0, backup.length - 20)],
  ['cut to nothing', () => Buffer.alloc(0)],
  ['something else', () => Buffer.from('CREATE TABLE dump (id int);')],
])('a file that is %s is told, and leaves no half-filled database', async (_what, spoil) => {
  await applyMigrations(project);
  await project.query(ROWS);
  const backup = spoil(await backUp());
  await expect(restore(backup)).rejects.toMatchObject({ code: 'BACKUP_UNREADABLE' });
  const rows = (await contentOf()).flat().length;
  expect([0, 1, 2506]).toContain(rows);
});
