import { applyMigrations } from '../src/apply-migrations.ts';
import { databaseUrlFromEnvironment, databaseUrlVariable } from '../src/database-urls.ts';
import { ensureDatabase } from '../src/ensure-database.ts';
import { listSubgraphs, repositoryLayout } from '../src/project-layout.ts';

// node prisma/dist/migrate.js: for images. Every database is named in the environment, and one that
// is missing is created. Nothing here reaches for the embedded server.

const subgraphs = listSubgraphs(repositoryLayout());
const unnamed = subgraphs.filter((subgraph) => !databaseUrlFromEnvironment(subgraph));
try {
  if (unnamed.length > 0) {
    throw new Error(`Set ${unnamed.map(databaseUrlVariable).join(', ')}.`);
  }
  for (const subgraph of subgraphs) {
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
