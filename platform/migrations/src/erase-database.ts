import { openClient } from '@souk/runtime/postgres';

/** Drops every schema of ours, so that it needs no right to create databases. */
export async function eraseDatabase(connectionString: string): Promise<void> {
  const client = openClient({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT nspname AS name FROM pg_namespace
       WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'`,
    );
    for (const { name } of rows) {
      await client.query(`DROP SCHEMA ${client.escapeIdentifier(name)} CASCADE`);
    }
    await client.query('CREATE SCHEMA public');
  } finally {
    await client.end();
  }
}
