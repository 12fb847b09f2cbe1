import { applyMigrations } from '@souk/migrations';
import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { testServers } from './test-servers.ts';

/**
 * The migrated database of which a subgraph's test databases are copies, made on first use. Workers
 * that want it at once wait for the one that makes it. One that was interrupted is not marked as a
 * template, and is made again.
 *
 * @returns its name
 */
export async function ensureTemplate(subgraph: string): Promise<string> {
  let template = known.get(subgraph);
  if (!template) {
    template = findOrMake(subgraph);
    known.set(subgraph, template);
    // Whoever asks next tries again.
    template.catch(() => known.delete(subgraph));
  }
  return template;
}

/** Of this process, so that it does not ask the server again. */
const known = new Map<string, Promise<string>>();

async function findOrMake(subgraph: string): Promise<string> {
  const name = `template_${subgraph}`;
  const { postgresUrl } = testServers();
  const server = openClient({ connectionString: postgresUrl });
  await server.connect();
  try {
    if (await isComplete(server, name)) return name;
    await server.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    if (await isComplete(server, name)) return name;
    await server.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await server.query(`CREATE DATABASE "${name}"`);
    const databaseUrl = new URL(postgresUrl);
    databaseUrl.pathname = `/${name}`;
    await applyMigrations({ subgraph, databaseUrl: databaseUrl.href });
    await cacheCatalogue(databaseUrl.href);
    await server.query(`ALTER DATABASE "${name}" WITH IS_TEMPLATE true`);
    return name;
  } finally {
    // Ends the session, and with it the lock.
    await server.end();
  }
}

/** Has PostgreSQL write down what it reads of its catalogue, which whoever connects to a copy then need not read. */
async function cacheCatalogue(connectionString: string): Promise<void> {
  const client = openClient({ connectionString });
  await client.connect();
  await client.query('SELECT 1');
  await client.end();
}

async function isComplete(server: pg.Client, name: string): Promise<boolean> {
  const found = 'SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate';
  return (await server.query(found, [name])).rowCount === 1;
}
