import { isPortTaken, StartupError } from '@souk/embedded';
import { createLogger, createShutdown } from '@souk/runtime';
import { DEMO_USERNAMES } from '@souk/users';
import { banner } from './banner.ts';
import { explain, optionsOrExit } from './command-line.ts';
import { DEMO_PASSWORD } from './demo.ts';
import type { LocalOptions } from './options.ts';
import { localSecrets } from './secrets.ts';
import { backplaneOn, startServers } from './servers.ts';
import { startSupergraph } from './supergraph.ts';

// `npm start`: the whole supergraph in this process, on real servers that stop with it.

const logger = createLogger({ name: 'souk', level: process.env.LOG_LEVEL ?? 'warn' });
const shutdown = createShutdown({ logger });
const options = optionsOrExit('npm start');
/** What was opened so far; closed in the opposite order, also when the start fails half-way. */
const opened: (() => Promise<void>)[] = [];
shutdown.onStop('supergraph and servers', async () => {
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
  if (port !== 0 && (await isPortTaken(port))) throw gatewayPortTaken(port);
  const secrets = await localSecrets(dataDir);
  const servers = await startServers(dataDir);
  opened.push(servers.stop);
  const backplane = await backplaneOn(servers, logger);
  opened.push(backplane.close);
  const supergraph = await startSupergraph({
    databaseUrls: servers.databases.urls,
    backplane,
    secrets,
    port,
    demo,
    logger,
    draining: () => shutdown.stopping,
  });
  opened.push(supergraph.close);
  console.log(
    banner({
      url: supergraph.gateway.url.replace('127.0.0.1', 'localhost'),
      dataDir,
      postgres: servers.postgres,
      redisSource: servers.redis?.source ?? null,
      demo: demo
        ? { people: DEMO_USERNAMES.map((username) => ({ username })), password: DEMO_PASSWORD }
        : null,
      startedInMs: process.uptime() * 1_000,
    }),
  );
}

function gatewayPortTaken(port: number) {
  return new StartupError(
    'PORT_TAKEN',
    `Port ${port} is taken; perhaps another Souk is running.`,
    `Stop it, or choose another port: npm start -- --port ${port + 1} --data .data-${port + 1}`,
  );
}
