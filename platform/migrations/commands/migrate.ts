import { applyMigrations, loggingSteps } from '../src/apply-migrations.ts';
import { requireSubgraph, runCommand } from './run-command.ts';

// npm run db:migrate [-- <subgraph>...]
await runCommand(async ({ positionals, subgraphs, databases }) => {
  const chosen = positionals.map((name) => requireSubgraph(name, subgraphs));
  for (const subgraph of chosen.length > 0 ? chosen : subgraphs) {
    const databaseUrl = await databases.urlFor(subgraph);
    const applied = await applyMigrations({
      subgraph,
      databaseUrl,
      ...loggingSteps(subgraph, console.log),
    });
    console.log(`${subgraph}: ${applied.length > 0 ? applied.join(', ') : 'up to date'}`);
  }
});
