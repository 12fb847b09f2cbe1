import { parseArgs } from 'node:util';
import { createLogger } from '@souk/runtime/process';
import { explain } from './command-line.ts';
import { commandServers } from './command-servers.ts';
import { DEMO_PASSWORD } from './demo.ts';
import { localSecrets } from './secrets.ts';
import { seedDatabases } from './seed-databases.ts';

// npm run db:seed [-- --data .data]

const logger = createLogger({ name: 'seed', level: process.env.LOG_LEVEL ?? 'warn' });
const { values } = parseArgs({ options: { data: { type: 'string', default: '.data' } } });
const servers = commandServers(values.data);
try {
  const people = await seedDatabases({
    databaseUrls: await servers.databaseUrls(),
    backplane: await servers.backplane(),
    secrets: await localSecrets(values.data),
    logger,
  });
  const names = people.map(({ username }) => username).join(', ');
  console.log(`The demo data is there. Sign in as ${names} with the password ${DEMO_PASSWORD}`);
} catch (error) {
  explain(error, logger);
  process.exitCode = 1;
} finally {
  await servers.close();
}
process.exit();
