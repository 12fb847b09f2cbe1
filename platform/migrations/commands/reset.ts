import { rmSync } from 'node:fs';
import { discardPostgres } from '@souk/embedded';
import { databaseUrlVariable } from '../../../souk.config.ts';
import { applyMigrations } from '../src/apply-migrations.ts';
import { databaseUrlFromEnvironment } from '../src/database-urls.ts';
import { eraseDatabase } from '../src/erase-database.ts';
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
