import { resolveMigration } from '../src/resolve-migration.ts';
import { requireSubgraph, runCommand, UsageError } from './run-command.ts';

// npm run db:resolve -- <subgraph> <migration> applied|rolled-back
await runCommand(async ({ positionals, subgraphs, databases }) => {
  const [subgraph, migration, outcome] = positionals;
  if (!subgraph || !migration || (outcome !== 'applied' && outcome !== 'rolled-back')) {
    throw new UsageError(
      'Say what became of it: npm run db:resolve -- <subgraph> <migration> applied|rolled-back',
    );
  }
  const databaseUrl = await databases.urlFor(requireSubgraph(subgraph, subgraphs));
  await resolveMigration({ subgraph, databaseUrl, migration, outcome });
  console.log(`${subgraph}: ${migration} is recorded as ${outcome}.`);
});
