import { join } from 'node:path';
import { type InstanceLock, isPortTaken } from '@souk/embedded';
import { compileWebAssemblyOnce } from '@souk/runtime/persistence';
import { createLogger, createShutdown, startTelemetry } from '@souk/runtime/process';
import { DEMO_USERNAMES } from '@souk/users';
import { banner } from './banner.ts';
import { explain } from './command-line.ts';
import { DEMO_PASSWORD } from './demo.ts';
import { localSettings } from './local-settings.ts';
import type { LocalOptions } from './options.ts';
import { portTaken } from './port-holder.ts';
import { progress } from './progress.ts';
import { localSecrets } from './secrets.ts';
import { serverChangeTeller } from './server-changes.ts';
import { backplaneOn, startServers } from './servers.ts';
import { startSupergraph } from './supergraph.ts';
import { terminalLogOf } from './terminal-log.ts';

/** Starts everything, runs until it is asked to stop, and ends the process. `lock` is of the data folder. */
export async function runLocally(options: LocalOptions, lock: InstanceLock): Promise<never> {
  // Migrations also run in WebAssembly, before any client is opened.
  compileWebAssemblyOnce();
  const logger = createLogger({
    name: 'souk',
    level: options.logLevel,
    destination: terminalLogOf(options.dataDir),
  });
  const shutdown = createShutdown({ logger });
  /** What was opened so far; closed in the opposite order, also when the start fails half-way. */
  const opened: (() => Promise<void> | void)[] = [lock.release];
  shutdown.onStop('supergraph and servers', async () => {
    for (const close of opened.reverse()) await close();
  });

  const start = async ({ port, dataDir, demo }: LocalOptions) => {
    const settings = localSettings(process.env);
    opened.push(await startTelemetry({ service: 'souk', ...settings.metrics, logger }));
    if (port !== 0 && (await isPortTaken(port)))
      throw portTaken(port, `npm start -- --port ${port + 1} --data .data-${port + 1}`);
    const secrets = await localSecrets(dataDir);
    progress(`starting PostgreSQL and Redis on ${dataDir}`);
    const servers = await startServers(dataDir, {
      onChange: serverChangeTeller(),
      onStep: progress,
    });
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
      settings,
      mailFile: join(dataDir, 'mailbox.jsonl'),
      mediaFolder: join(dataDir, 'media'),
      onStep: progress,
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
  };

  try {
    await start(options);
  } catch (error) {
    explain(error, logger);
    process.exitCode = 1;
    shutdown.stop('it could not start');
  }
  process.exit((await shutdown.finished) || process.exitCode);
}
