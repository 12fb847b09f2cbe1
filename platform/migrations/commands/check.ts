import { checkDatabase } from '../src/check-database.ts';
import { missingOfRuntime } from '../src/compare-database.ts';
import { diffSchema } from '../src/diff-schema.ts';
import { runCommand } from './run-command.ts';

// npm run db:check [-- --database]
await runCommand(async ({ subgraphs, databases, database }) => {
  for (const subgraph of subgraphs) {
    const serverUrl = await databases.serverUrlFor(subgraph);
    const missing = await diffSchema({ subgraph, serverUrl });
    const ofRuntime = await missingOfRuntime({ subgraph, serverUrl });
    if (missing !== null) {
      console.error(
        `${subgraph}: the migrations do not lead to the schema. Missing:\n\n${missing}`,
      );
      console.error(`Write it with: npm run db:diff -- ${subgraph} <name>`);
    }
    if (ofRuntime.length > 0) {
      console.error(`${subgraph}: not as prisma/runtime.sql has it: ${ofRuntime.join(', ')}`);
    }
    if (missing !== null || ofRuntime.length > 0) process.exitCode = 1;
    else console.log(`${subgraph}: schema and migrations agree`);
    if (!database) continue;
    const databaseUrl = await databases.urlFor(subgraph);
    const problems = await checkDatabase({ subgraph, serverUrl, databaseUrl });
    console.log(`${subgraph}: ${problems.join('\n  ') || 'its database is what they lead to'}`);
    if (problems.length > 0) process.exitCode = 1;
  }
});
