import { Sql } from '@prisma/client/runtime/client';
import { isTimeOut, isUnavailable, prepared } from '@souk/runtime/persistence';
import { openPool, rowsRead } from '@souk/runtime/postgres';
import { createDatabase, type TestDatabase, until } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../src/persistence/database-transaction.ts';
import { sqlStatementsOn } from '../src/persistence/sql-statements.ts';

// What is written by hand goes to PostgreSQL by pg alone: values, rows, prepared statements, transactions.

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createDatabase('groups');
  // A server in another zone than the process.
  pool = openPool({
    connectionString: database.url,
    max: 2,
    types: rowsRead,
    options: '-c TimeZone=Asia/Tokyo',
  });
  await pool.query('CREATE TABLE thing (id text PRIMARY KEY)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
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
  const { rows } = await connection.query('SELECT statement FROM pg_prepared_statements');
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

test('work that takes too long is undone and gives its connection back while it still goes on', async () => {
  let goOn = () => {};
  const working = inTransaction(pool, { timeoutMs: 30 }, async (connection) => {
    await connection.query({ text: "INSERT INTO thing VALUES ('slow')" });
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }).catch((error: unknown) => error);
  await until(async () => pool.idleCount === pool.totalCount);
  expect(await count()).toBe(0);
  goOn();
  const error = await working;
  expect([isUnavailable(error), isTimeOut(error)]).toEqual([true, true]);
});
