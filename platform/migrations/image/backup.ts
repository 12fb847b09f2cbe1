import { SUBGRAPH_NAMES } from '../../../souk.config.ts';
import { writeBackup } from '../src/backup/write-backup.ts';
import { withNamedDatabases } from './named-databases.ts';

// node platform/migrations/dist/backup.js > souk.backup

await withNamedDatabases(async ({ urlFor }) => {
  const databaseUrls = Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, urlFor(name)]));
  let rows = 0;
  const onTable = (_database: string, _table: string, count: number) => {
    rows += count;
  };
  await writeBackup({ databaseUrls, onTable }, process.stdout);
  console.error(`${rows} rows of ${SUBGRAPH_NAMES.length} databases. Keep .env with it.`);
});
