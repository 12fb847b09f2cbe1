import { openClient } from '@souk/runtime/postgres';
import { pretendSize } from './pretend-size.ts';

/** Fills a database by the statements given, then lets the planner take it for a larger one. */
export async function fillDatabase(
  databaseUrl: string,
  statements: readonly string[],
  pretended: number,
): Promise<void> {
  const client = openClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Keys between tables hold by how they are made; checking each row takes most of the time.
    await client.query("SET session_replication_role = 'replica'");
    for (const statement of statements) await client.query(statement);
    await pretendSize(client, pretended);
  } finally {
    await client.end();
  }
}
