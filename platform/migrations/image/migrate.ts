import { SUBGRAPH_NAMES } from '../../../souk.config.ts';
import { applyMigrations, loggingSteps } from '../src/apply-migrations.ts';
import { ensureDatabase } from '../src/ensure-database.ts';
import { withNamedDatabases } from './named-databases.ts';

// node platform/migrations/dist/migrate.js: for images. Every database is named in the environment,
// and one that is missing is created; with ADMIN_DATABASE_URL its role, too. Nothing here reaches for
// the embedded server.

await withNamedDatabases(async ({ urlFor, adminUrl }) => {
  for (const subgraph of SUBGRAPH_NAMES) {
    const databaseUrl = urlFor(subgraph);
    const created = await ensureDatabase(databaseUrl, adminUrl);
    const applied = await applyMigrations({
      subgraph,
      databaseUrl,
      ...loggingSteps(subgraph, console.log),
    });
    const done = applied.length > 0 ? `${applied.length} applied` : 'up to date';
    console.log(`${subgraph}: ${created ? 'created, ' : ''}${done}`);
  }
});
