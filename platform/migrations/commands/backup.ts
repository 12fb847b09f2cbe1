import { once } from 'node:events';
import { chmodSync, createWriteStream, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { writeBackup } from '../src/backup/write-backup.ts';
import { runCommand, UsageError } from './run-command.ts';

/** What a data folder holds beside its databases. */
const FILES = ['secrets.json', 'mailbox.jsonl'];

// npm run backup -- <file> [--data .data]
await runCommand(async ({ positionals, subgraphs, databases, dataDir }) => {
  const [file] = positionals;
  if (!file || positionals.length > 1)
    throw new UsageError('Say where to: npm run backup -- <file>');
  if (existsSync(file)) throw new UsageError(`${file} is there already.`);
  const databaseUrls: Record<string, string> = {};
  for (const subgraph of subgraphs) databaseUrls[subgraph] = await databases.urlFor(subgraph);
  const files = Object.fromEntries(
    FILES.map((name) => [name, join(dataDir, name)])
      .filter(([, path]) => existsSync(path as string))
      .map(([name, path]) => [name, readFileSync(path as string, 'utf8')]),
  );
  let rows = 0;
  const onTable = (_database: string, _table: string, count: number) => {
    rows += count;
  };
  // Under its name only once it is whole; readable by this user alone, as it holds secrets.
  const target = createWriteStream(`${file}.part`, { mode: 0o600 });
  await writeBackup({ databaseUrls, files, onTable }, target);
  target.end();
  await once(target, 'close');
  chmodSync(`${file}.part`, 0o600);
  renameSync(`${file}.part`, file);
  console.log(
    `${file}: ${rows} rows of ${subgraphs.length} databases, and ${Object.keys(files).join(', ') || 'no files'}`,
  );
});
