import { parseArgs } from 'node:util';
import { EVENTS_USAGE, EventsUsageError, eventsCommand } from '@souk/runtime/events';
import { createLogger } from '@souk/runtime/process';
import { explain } from './command-line.ts';
import { commandServers } from './command-servers.ts';

// npm run events -- dead | replay <subgraph> [<id>…] [--data .data]

const logger = createLogger({ name: 'events', level: process.env.LOG_LEVEL ?? 'warn' });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: '.data' } },
});
if (positionals.length === 0) {
  console.error(EVENTS_USAGE);
  process.exit(1);
}
const servers = commandServers(values.data);
try {
  const { jobs } = await servers.backplane();
  console.log(await eventsCommand(jobs, positionals));
} catch (error) {
  if (error instanceof EventsUsageError) console.error(error.message);
  else explain(error, logger);
  process.exitCode = 1;
} finally {
  await servers.close();
}
process.exit();
