import { relative } from 'node:path';
import { writeNextMigration } from '../src/write-next-migration.ts';
import { requireSubgraph, runCommand, UsageError } from './run-command.ts';

// npm run db:diff -- [<subgraph>] <name> [--contract <why>]
await runCommand(async ({ positionals, subgraphs, databases, contract }) => {
  const [name, only] = [...positionals].reverse();
  if (!name || positionals.length > 2) {
    throw new UsageError('Say what the migration does: npm run db:diff -- [<subgraph>] <name>');
  }
  for (const subgraph of only ? [requireSubgraph(only, subgraphs)] : subgraphs) {
    const serverUrl = await databases.serverUrlFor(subgraph);
    const file = await writeNextMigration({ subgraph, name, serverUrl, contract });
    console.log(`${subgraph}: ${file ? relative(process.cwd(), file) : 'nothing changed'}`);
  }
});
