import { createReadStream, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lockDataFolder } from '@souk/embedded';
import { emptyRedis } from '@souk/runtime/backplane-kinds';
import { restoreBackup } from '../src/backup/restore-backup.ts';
import { databaseUrlFromEnvironment } from '../src/database-urls.ts';
import { redisFolder } from './open-databases.ts';
import { runCommand, UsageError } from './run-command.ts';

// npm run restore -- <file> [--replace] [--data .data]
await runCommand(async ({ positionals, subgraphs, databases, dataDir, replace }) => {
  const [file] = positionals;
  if (!file || positionals.length > 1)
    throw new UsageError('Say of what: npm run restore -- <file> [--replace]');
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  const embedded = subgraphs.some((subgraph) => !databaseUrlFromEnvironment(subgraph));
  // Whoever does not hold the data folder touches nothing of it.
  const lock = embedded ? lockDataFolder(dataDir) : null;
  try {
    const databaseUrls: Record<string, string> = {};
    for (const subgraph of subgraphs) databaseUrls[subgraph] = await databases.urlFor(subgraph);
    const onFile = (name: string, content: string) => {
      if (embedded) writeFileSync(join(dataDir, basename(name)), content, { mode: 0o600 });
    };
    const onDatabase = (name: string) => console.log(`${name}: restoring`);
    await restoreBackup({ databaseUrls, replace, onFile, onDatabase }, createReadStream(file));
    // Queues and presence speak of what was there before; they are made anew from the databases.
    if (process.env.REDIS_URL) await emptyRedis(process.env.REDIS_URL);
    else rmSync(redisFolder(dataDir), { recursive: true, force: true });
    if (embedded) await databases.dropJobs();
    console.log('All databases are as they were.');
  } finally {
    lock?.release();
  }
});
