import { databaseUrlVariable, SUBGRAPH_NAMES } from '../../../souk.config.ts';
import { applyMigrations } from '../src/apply-migrations.ts';
import { databaseUrlFromEnvironment } from '../src/database-urls.ts';
import { ensureDatabase } from '../src/ensure-database.ts';

// node platform/migrations/dist/migrate.js: for images. Every database is named in the environment,
// and one that is missing is created. Nothing here reaches for the embedded server.

const unnamed = SUBGRAPH_NAMES.filter((subgraph) => !databaseUrlFromEnvironment(subgraph));
try {
  if (unnamed.length > 0) {
    throw new Error(`Set ${unnamed.map(databaseUrlVariable).join(', ')}.`);
  }
  for (const subgraph of SUBGRAPH_NAMES) {
    const databaseUrl = databaseUrlFromEnvironment(subgraph) as string;
    const created = await ensureDatabase(databaseUrl);
    const applied = await applyMigrations({ subgraph, databaseUrl });
    const done = applied.length > 0 ? applied.join(', ') : 'up to date';
    console.log(`${subgraph}: ${created ? 'created, ' : ''}${done}`);
  }
} catch (error) {
  const { message, wayOut } = error as Error & { wayOut?: string };
  console.error([message, wayOut].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
