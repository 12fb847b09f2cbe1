import { resolveMigration } from '../src/resolve-migration.ts';
import { subgraphNamed, withNamedDatabases } from './named-databases.ts';

// node platform/migrations/dist/resolve.js <subgraph> <migration> applied|rolled-back

await withNamedDatabases(async ({ urlFor }, [name, migration, outcome]) => {
  const subgraph = subgraphNamed(name);
  if (!migration || (outcome !== 'applied' && outcome !== 'rolled-back')) {
    throw new Error('Say what became of it: resolve <subgraph> <migration> applied|rolled-back');
  }
  await resolveMigration({ subgraph, databaseUrl: urlFor(subgraph), migration, outcome });
  console.log(`${subgraph}: ${migration} is recorded as ${outcome}.`);
});
