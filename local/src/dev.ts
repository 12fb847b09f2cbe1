import { fileURLToPath } from 'node:url';
import { isPortTaken, lockDataFolder, StartupError } from '@souk/embedded';
import { createLogger, createShutdown } from '@souk/runtime/process';
import { SUBGRAPHS } from '../../souk.config.ts';
import { explain, optionsOrExit } from './command-line.ts';
import { developmentProcesses } from './development-processes.ts';
import type { LocalOptions } from './options.ts';
import { startProcessGroup } from './process-group.ts';
import { progress } from './progress.ts';
import { localSecrets } from './secrets.ts';
import { seedDatabases } from './seed-databases.ts';
import { serverChangeTeller } from './server-changes.ts';
import { backplaneOn, startServers } from './servers.ts';

// `npm run dev`: every subgraph, every worker and the gateway as processes of their own, each of
// which starts again when its source changes.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const options = optionsOrExit('npm run dev');
const logger = createLogger({ name: 'dev', level: options.logLevel });
const shutdown = createShutdown({ logger });
const opened: (() => Promise<void> | void)[] = [];
shutdown.onStop('processes and servers', async () => {
  for (const close of opened.reverse()) await close();
});

try {
  await start(options);
} catch (error) {
  explain(error, logger);
  process.exitCode = 1;
  shutdown.stop('it could not start');
}
process.exit((await shutdown.finished) || process.exitCode);

async function start({ port, dataDir, demo }: LocalOptions) {
  const lock = lockDataFolder(dataDir);
  opened.push(lock.release);
  const secrets = await localSecrets(dataDir);
  progress(`starting PostgreSQL and Redis on ${dataDir}`);
  const servers = await startServers(dataDir, {
    onChange: serverChangeTeller(),
    onStep: progress,
  });
  opened.push(servers.stop);
  if (!servers.redis) throw redisMissing();
  const databaseUrls = servers.databases.urls;
  if (demo) {
    progress('filling in the demo people, catalogue and rooms');
    const backplane = await backplaneOn(servers, logger);
    await seedDatabases({ databaseUrls, backplane, secrets, logger }).finally(backplane.close);
  }
  const processes = developmentProcesses({
    root: ROOT,
    gatewayPort: port,
    databaseUrls,
    redisUrl: servers.redis.url,
    secrets,
  });
  for (const { env } of processes) {
    if (await isPortTaken(Number(env.PORT))) throw portTaken(Number(env.PORT));
  }
  if (shutdown.stopping) return;
  const group = startProcessGroup(processes, (line) => console.log(line));
  opened.push(() => group.stop());
  console.log(`
  ${processes.length} processes are starting; each starts again when its source changes.

  playground  http://localhost:${port}/
  endpoint    http://localhost:${port}/graphql   (HTTP and WebSocket)
  subgraphs   on ports ${subgraphPorts()}, for the gateway alone
  data        ${dataDir}

  Ctrl-C stops everything; the data stays.
`);
}

const subgraphPorts = () =>
  Object.values(SUBGRAPHS)
    .map(({ port }) => port)
    .join(', ');

function redisMissing() {
  return new StartupError(
    'REDIS_MISSING',
    'Separate processes meet in Redis, and there is neither a REDIS_URL nor a redis-server here.',
    'Install redis-server or set REDIS_URL; npm start runs everything in one process without Redis.',
  );
}

function portTaken(port: number) {
  return new StartupError(
    'PORT_TAKEN',
    `Port ${port} is taken; perhaps another Souk is running.`,
    'Stop it; for the gateway alone another port will do: npm run dev -- --port <n>',
  );
}
