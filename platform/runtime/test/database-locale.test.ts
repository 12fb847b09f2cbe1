import { createDatabase } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertDatabaseLocale, DatabaseLocaleError } from '../src/persistence/database-locale.ts';
import { openClient } from '../src/persistence/postgres-connections.ts';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

let ours: Awaited<ReturnType<typeof createDatabase>>;
let server: pg.Client;
beforeAll(async () => {
  ours = await createDatabase(null);
  server = openClient({ connectionString: ours.url });
  await server.connect();
});
afterAll(async () => {
  await server.end();
  await ours.drop();
});

/** A database created with this statement, for the duration of the work. */
async function withDatabase(name: string, how: string, work: (db: PgDatabase) => Promise<void>) {
  await server.query(`CREATE DATABASE ${name} TEMPLATE template0 ${how}`);
  const url = new URL(ours.url);
  url.pathname = `/${name}`;
  const db = pgDatabase(url.href);
  try {
    await work(db);
  } finally {
    await db.close();
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

test('the databases of tests have the requested locale', async () => {
  const db = pgDatabase(ours.url);
  await expect(assertDatabaseLocale(db)).resolves.toBeUndefined();
  await db.close();
});

test.each([
  ['locale_plain_c', `ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'`],
  ['locale_builtin_c', `ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'`],
  ['locale_ascii', `ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'`],
])('a database of another one is refused in one sentence: %s', async (name, how) => {
  await withDatabase(name, how, async (db) => {
    const refused = assertDatabaseLocale(db);
    await expect(refused).rejects.toBeInstanceOf(DatabaseLocaleError);
    await expect(refused).rejects.toThrow(
      new RegExp(`^The database ${name} has the locale .* needs UTF8, C\\.UTF-8: [^\\n]*$`),
    );
  });
});
