import { SUBGRAPH_NAMES } from '../../../souk.config.ts';
import { checkDatabase } from '../src/check-database.ts';
import { withNamedDatabases } from './named-databases.ts';

// node platform/migrations/dist/check.js: compares each database with what this release's migrations
// lead to, in a scratch database beside it.

await withNamedDatabases(async ({ urlFor, adminUrl }) => {
  for (const subgraph of SUBGRAPH_NAMES) {
    const databaseUrl = urlFor(subgraph);
    const serverUrl = adminUrl ?? databaseUrl;
    const problems = await checkDatabase({ subgraph, databaseUrl, serverUrl });
    console.log(`${subgraph}: ${problems.join('\n  ') || 'as its migrations make it'}`);
    if (problems.length > 0) process.exitCode = 1;
  }
});
