import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockDataFolder, StartupError } from '@souk/embedded';
import { createLogger, createShutdown } from '@souk/runtime/process';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../souk.config.ts';
import { explain, optionsOrExit } from './command-line.ts';
import { developmentPorts } from './development-ports.ts';
import { developmentProcesses } from './development-processes.ts';
import type { LocalOptions } from './options.ts';
import { startProcessGroup } from './process-group.ts';
import { progress } from './progress.ts';
import { followSchemas, takeOverSupergraph } from './schema-changes.ts';
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

async function start({ port, dataDir, demo, only }: LocalOptions) {
  const subgraphs = chosenSubgraphs(only);
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
  const supergraphFile = join(dataDir, 'supergraph.graphql');
  takeOverSupergraph(ROOT, supergraphFile);
  const ports = await developmentPorts(port);
  const processes = developmentProcesses({
    root: ROOT,
    ports,
    subgraphs,
    supergraphFile,
    databaseUrls,
    redisUrl: servers.redis.url,
    secrets,
  });
  if (shutdown.stopping) return;
  const group = startProcessGroup(processes, (line) => console.log(line));
  opened.push(() => group.stop());
  const readyUrl = (name: SubgraphName) => `http://127.0.0.1:${ports.of(name).port}/readyz`;
  opened.push(
    followSchemas({
      root: ROOT,
      subgraphs,
      supergraphFile,
      restart: async (name) => {
        await Promise.all([name, `${name}-worker`].map((it) => group.restart(it)));
      },
      isReady: (name) =>
        fetch(readyUrl(name)).then(
          ({ ok }) => ok,
          () => false,
        ),
      say: (line) => console.log(`  ${line}`),
    }),
  );
  console.log(`
  ${processes.length} processes are starting; each starts again when its source changes.

  playground  http://localhost:${ports.gateway}/
  endpoint    http://localhost:${ports.gateway}/graphql   (HTTP and WebSocket)
  subgraphs   ${subgraphs.map((name) => `${name} ${ports.of(name).port}`).join(', ')}: for the gateway alone
  data        ${dataDir}

  Ctrl-C stops everything; the data stays.
`);
}

/** Those that were asked for, with users, without whom nobody is signed in; all when none was. */
function chosenSubgraphs(only: readonly string[]): readonly SubgraphName[] {
  const unknown = only.find((name) => SUBGRAPH_NAMES.every((known) => known !== name));
  if (unknown !== undefined) {
    throw new StartupError(
      'SUBGRAPH_UNKNOWN',
      `There is no subgraph "${unknown}".`,
      `There are: ${SUBGRAPH_NAMES.join(', ')}.`,
    );
  }
  if (only.length === 0) return SUBGRAPH_NAMES;
  return SUBGRAPH_NAMES.filter((name) => name === 'users' || only.includes(name));
}

function redisMissing() {
  return new StartupError(
    'REDIS_MISSING',
    'Separate processes meet in Redis, and there is neither a REDIS_URL nor a redis-server here.',
    'Install redis-server or set REDIS_URL; npm start runs everything in one process without Redis.',
  );
}
