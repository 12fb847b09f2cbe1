import { Sql } from '@prisma/client/runtime/client';
import { isTimeOut, isUnavailable, prepared } from '@souk/runtime/persistence';
import { openPool, rowsRead } from '@souk/runtime/postgres';
import { createDatabase, type TestDatabase, until } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../src/persistence/database-transaction.ts';
import { sqlStatementsOn } from '../src/persistence/sql-statements.ts';

// Hand-written statements go to PostgreSQL through pg alone: values, rows, prepared statements, transactions.

// Half an hour off every other zone, and in summer another one than in winter.
const ZONE = process.env.TZ;

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  process.env.TZ = 'America/St_Johns';
  database = await createDatabase('groups');
  // A server in another zone than the process.
  pool = openPool({
    connectionString: database.url,
    max: 2,
    types: rowsRead,
    options: '-c TimeZone=Asia/Tokyo',
  });
  await pool.query("CREATE TYPE mood AS ENUM ('a', 'b')");
  await pool.query('CREATE TABLE thing (id text PRIMARY KEY)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
  // Other tests of this process depend on the time zone it had.
  if (ZONE === undefined) delete process.env.TZ;
  else process.env.TZ = ZONE;
});

const sql = (strings: TemplateStringsArray, ...values: unknown[]) => new Sql(strings, values);

test('what is sent comes back as it was: times, large integers, lists, documents, nothing', async () => {
  const db = sqlStatementsOn(pool);
  const at = new Date('2026-03-29T01:30:00.123Z');
  const large = 9_007_199_254_740_993n;
  const [row] = await db.$queryRaw`
    SELECT ${at}::timestamptz AS at, ${[at, null]}::timestamptz[] AS times, ${large}::bigint AS large,
      ${[large, null]}::bigint[] AS many, ${['a,b', '"', null]}::text[] AS texts, ${7}::int AS small,
      ${JSON.stringify({ a: [1] })}::jsonb AS document, ${null}::text AS nothing, ${true}::boolean AS flag`;
  expect(row).toEqual({
    ...{ at, times: [at, null], large, many: [large, null], texts: ['a,b', '"', null] },
    ...{ small: 7, document: { a: [1] }, nothing: null, flag: true },
  });
});

test.each([
  ["'2026-03-29'::date", new Date('2026-03-29T00:00:00Z')],
  ["'2026-03-29 01:30:00.5'::timestamp", new Date('2026-03-29T01:30:00.500Z')],
  ["'2026-03-29 01:30:00.5+00'::timestamptz", new Date('2026-03-29T01:30:00.500Z')],
  ['sum(n)', 6n],
  ['sum(n::bigint)', '6'],
  ['count(*)', 3n],
  ['round(avg(n), 2)', '2.00'],
  ['avg(n)::float8', 2],
  ['count(*)::int', 3],
  ["'\\x0aff'::bytea", Buffer.from([10, 255])],
  ["'null'::jsonb", null],
  ["'[1, null]'::jsonb", [1, null]],
  ['ARRAY[true, NULL]', [true, null]],
  ["ARRAY['a', NULL]", ['a', null]],
  ["'a'::mood", 'a'],
  ["ARRAY['a', 'b']::mood[]", '{a,b}'],
  ["'00000000-0000-0000-0000-00000000000a'::uuid", '00000000-0000-0000-0000-00000000000a'],
])('%s is read as %o, in whatever zone the process runs', async (asked, value) => {
  const [row] = await sqlStatementsOn(pool).$queryRawUnsafe(
    `SELECT ${asked} AS value FROM generate_series(1, 3) n`,
  );
  expect(row).toEqual({ value });
});

test('a prepared statement keeps working while a migration adds a column to what it reads', async () => {
  const connection = await pool.connect();
  const db = sqlStatementsOn(connection);
  const asked = prepared(sql`SELECT t.id FROM thing t WHERE t.id = ${'none'}`);
  for (const _ of [1, 2, 3, 4, 5, 6]) expect(await db.$queryRaw(asked)).toEqual([]);
  await pool.query('ALTER TABLE thing ADD COLUMN note text');
  expect(await db.$queryRaw(asked)).toEqual([]);
  connection.release();
});

test('a fragment is part of the text, and what people wrote never is, whatever it looks like', async () => {
  const db = sqlStatementsOn(pool);
  const rule = sql`n > ${2} AND n < ${5}`;
  const rows =
    await db.$queryRaw`SELECT n FROM generate_series(1, ${9}::int) n WHERE ${rule} ORDER BY n`;
  expect(rows).toEqual([{ n: 3 }, { n: 4 }]);
  const written = { text: "'; DROP TABLE thing; --", strings: ['DROP TABLE thing'], values: [] };
  const [back] = await db.$queryRaw`SELECT ${written}::jsonb AS back`;
  expect(back).toEqual({ back: written });
});

test('a prepared statement is prepared once on each connection, and others are not', async () => {
  const connection = await pool.connect();
  const db = sqlStatementsOn(connection);
  const asked = prepared(sql`SELECT ${1}::int + ${2}::int AS sum`);
  for (const _ of [1, 2, 3]) expect(await db.$queryRaw(asked)).toEqual([{ sum: 3 }]);
  await db.$queryRaw`SELECT ${1}::int AS other`;
  const { rows } = await connection.query(
    "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%::int%'",
  );
  connection.release();
  expect(rows).toEqual([{ statement: asked.text }]);
});

const count = async () => (await pool.query('SELECT 1 FROM thing')).rowCount;

test('a statement that comes when its transaction is over is refused, not done outside of it', async () => {
  const late = await inTransaction(pool, { timeoutMs: 60_000 }, async (connection) => connection);
  await expect(late.query({ text: "INSERT INTO thing VALUES ('late')" })).rejects.toThrow('over');
  expect(await count()).toBe(0);
});

test('work that hides the failure of a statement has not been done', async () => {
  const hiding = inTransaction(pool, { timeoutMs: 60_000 }, async (connection) => {
    await connection.query({ text: "INSERT INTO thing VALUES ('kept?')" });
    await connection.query({ text: 'SELECT 1/0' }).catch(() => {});
  });
  await expect(hiding).rejects.toThrow('undone');
  expect(await count()).toBe(0);
});

test('work that takes too long is rolled back and releases its connection even while it is still running', async () => {
  let goOn: (() => void) | undefined;
  const working = inTransaction(pool, { timeoutMs: 30 }, async (connection) => {
    await connection.query({ text: "INSERT INTO thing VALUES ('slow')" });
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }).catch((error: unknown) => error);
  await until(() => goOn !== undefined && pool.idleCount === pool.totalCount);
  expect(await count()).toBe(0);
  goOn?.();
  const error = await working;
  expect([isUnavailable(error), isTimeOut(error)]).toEqual([true, true]);
});
