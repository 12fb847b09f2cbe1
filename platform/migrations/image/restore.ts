import { emptyRedis } from '@souk/runtime/backplane-kinds';
import { textOfVariable } from '@souk/runtime/process';
import { SUBGRAPH_NAMES } from '../../../souk.config.ts';
import { restoreBackup } from '../src/backup/restore-backup.ts';

import { ensureDatabase } from '../src/ensure-database.ts';
import { withNamedDatabases } from './named-databases.ts';

// node platform/migrations/dist/restore.js [--replace] < souk.backup, while no other process runs

await withNamedDatabases(async ({ urlFor, adminUrl }, args) => {
  const databaseUrls = Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, urlFor(name)]));
  for (const url of Object.values(databaseUrls)) await ensureDatabase(url, adminUrl);
  const replace = args.includes('--replace');
  const onDatabase = (name: string) => console.log(`${name}: restoring`);
  await restoreBackup({ databaseUrls, replace, onDatabase }, process.stdin);
  const redisUrl = textOfVariable(process.env, 'REDIS_URL');
  if (redisUrl) await emptyRedis(redisUrl);
  console.log('All databases are as they were. Start the processes.');
});
