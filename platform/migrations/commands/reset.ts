import { rmSync } from 'node:fs';
import { discardPostgres } from '@souk/embedded';
import { openClient } from '@souk/runtime/postgres';
import { databaseUrlVariable } from '../../../souk.config.ts';
import { applyMigrations } from '../src/apply-migrations.ts';
import { databaseUrlFromEnvironment } from '../src/database-urls.ts';
import { postgresFolder, redisFolder } from './open-databases.ts';
import { runCommand, UsageError } from './run-command.ts';

// npm run db:reset [-- --force]
await runCommand(async ({ subgraphs, databases, dataDir, force }) => {
  const named = subgraphs.filter((subgraph) => databaseUrlFromEnvironment(subgraph));
  if (named.length > 0 && !force) {
    const variables = named.map(databaseUrlVariable).join(', ');
    throw new UsageError(
      `This would erase what ${variables} lead to. If that is meant: npm run db:reset -- --force`,
    );
  }
  if (named.length < subgraphs.length) {
    await discardPostgres({ dataDir: postgresFolder(dataDir) });
    // Queues and presence speak of rows that are gone.
    rmSync(redisFolder(dataDir), { recursive: true, force: true });
  }
  for (const subgraph of subgraphs) {
    const databaseUrl = await databases.urlFor(subgraph);
    if (named.includes(subgraph)) await eraseDatabase(databaseUrl);
    await applyMigrations({ subgraph, databaseUrl });
    console.log(`${subgraph}: empty, with all migrations`);
  }
});

/** Every schema of ours, so that it needs no right to create databases. */
async function eraseDatabase(connectionString: string): Promise<void> {
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
