import { openClient } from '@souk/runtime/postgres';

/** PostgreSQL's own codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INVALID_CATALOG_NAME = '3D000';
const DUPLICATE_DATABASE = '42P04';
/** What a second CREATE DATABASE of the same name gets that ran at the same time. */
const UNIQUE_VIOLATION = '23505';

/**
 * Creates the database of this address where the server does not have it yet, which needs the right to
 * create databases only then. Its locale is ours, whatever the server's is. Resolves to whether it was created just now.
 */
export async function ensureDatabase(databaseUrl: string): Promise<boolean> {
  if (await isThere(databaseUrl)) return false;
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  const client = openClient({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(
      `CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE template0 ENCODING 'UTF8'
       LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'`,
    );
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw error;
    return false;
  } finally {
    await client.end();
  }
}

async function isThere(connectionString: string): Promise<boolean> {
  const client = openClient({ connectionString });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === INVALID_CATALOG_NAME) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
