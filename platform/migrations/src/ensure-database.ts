import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';

/** PostgreSQL's own codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INVALID_CATALOG_NAME = '3D000';
const DUPLICATE_DATABASE = '42P04';
/** What a second CREATE DATABASE of the same name gets that ran at the same time. */
const UNIQUE_VIOLATION = '23505';

/** Of these too: the role or the password of an address is not the server's yet. */
const INVALID_AUTHORIZATION = ['28000', '28P01'];

/**
 * Creates the database of this address where the server does not have it yet, which needs the right to
 * create databases only then. Its locale is ours, whatever the server's is. Resolves to whether it was created just now.
 *
 * @param adminUrl of a role that may make roles: the address's own then exists, with its password, owns
 *   the database, and no other role but its may connect to it
 */
export async function ensureDatabase(databaseUrl: string, adminUrl?: string): Promise<boolean> {
  if (await isThere(databaseUrl, adminUrl !== undefined)) return false;
  const own = new URL(databaseUrl);
  const name = decodeURIComponent(own.pathname.slice(1));
  const serverUrl = new URL(adminUrl ?? databaseUrl);
  if (!adminUrl) serverUrl.pathname = '/postgres';
  const client = openClient({ connectionString: serverUrl.href });
  await client.connect();
  try {
    if (adminUrl) await ensureRole(client, own);
    const created = await createDatabase(client, name);
    if (adminUrl) await giveTo(client, name, decodeURIComponent(own.username));
    return created;
  } finally {
    await client.end();
  }
}

/** The role of an address, with its password: one that was changed there is changed here. */
async function ensureRole(client: pg.Client, { username, password }: URL): Promise<void> {
  const name = decodeURIComponent(username);
  const role = client.escapeIdentifier(name);
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (!rowCount) await client.query(`CREATE ROLE ${role}`);
  const secret = client.escapeLiteral(decodeURIComponent(password));
  await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${secret}`);
}

async function giveTo(client: pg.Client, database: string, owner: string): Promise<void> {
  const name = client.escapeIdentifier(database);
  const role = client.escapeIdentifier(owner);
  await client.query(`ALTER DATABASE ${name} OWNER TO ${role}`);
  await client.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
}

async function createDatabase(client: pg.Client, name: string): Promise<boolean> {
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
  }
}

async function isThere(connectionString: string, roleMayBeMade: boolean): Promise<boolean> {
  const client = openClient({ connectionString });
  try {
    await client.connect();
    return true;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (code === INVALID_CATALOG_NAME) return false;
    if (roleMayBeMade && INVALID_AUTHORIZATION.includes(code)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
