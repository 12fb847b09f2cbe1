import type { SqlExecutor } from './sql-executor.ts';

/** The one locale of every database: PostgreSQL's own, which is the same on every system. */
export const DATABASE_LOCALE = 'C.UTF-8';

/** The database sorts or compares texts differently: the order of everything stored there would be wrong. */
export class DatabaseLocaleError extends Error {
  override readonly name = 'DatabaseLocaleError';
}

interface Row {
  name: string;
  encoding: string;
  database: {
    datlocprovider: string;
    datcollate: string;
    datctype: string;
    datlocale?: string | null;
    daticulocale?: string | null;
  };
}

/** libc spells it in two ways. */
const isOurs = (locale: string | null | undefined) =>
  locale === DATABASE_LOCALE || locale === 'C.utf8';

/** @throws DatabaseLocaleError when the database has another locale or encoding */
export async function assertDatabaseLocale(db: SqlExecutor): Promise<void> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT d.datname AS name, pg_encoding_to_char(d.encoding) AS encoding, to_jsonb(d) AS database
     FROM pg_database d WHERE d.datname = current_database()`,
  );
  if (!row) throw new Error('A database does not know itself.');
  const { datlocprovider, datcollate, datctype, datlocale, daticulocale } = row.database;
  const locales = datlocprovider === 'c' ? [datcollate, datctype] : [datlocale ?? daticulocale];
  // None of ICU's locales is this one, whatever it is called.
  if (row.encoding === 'UTF8' && datlocprovider !== 'i' && locales.every(isOurs)) return;
  const found = [row.encoding, ...new Set(locales)].join(', ');
  throw new DatabaseLocaleError(
    `The database ${row.name} has the locale ${found}, and Souk needs UTF8, ${DATABASE_LOCALE}: make it by CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE '${DATABASE_LOCALE}' LOCALE 'C'.`,
  );
}
