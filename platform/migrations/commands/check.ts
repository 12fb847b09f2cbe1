import { diffSchema } from '../src/diff-schema.ts';
import { runCommand } from './run-command.ts';

// npm run db:check
await runCommand(async ({ subgraphs, databases }) => {
  for (const subgraph of subgraphs) {
    const serverUrl = await databases.serverUrlFor(subgraph);
    const missing = await diffSchema({ subgraph, serverUrl });
    if (missing === null) {
      console.log(`${subgraph}: schema and migrations agree`);
      continue;
    }
    console.error(`${subgraph}: the migrations do not lead to the schema. Missing:\n\n${missing}`);
    console.error(`Write it with: npm run db:diff -- ${subgraph} <name>`);
    process.exitCode = 1;
  }
});
