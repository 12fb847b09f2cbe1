import type { JSONWebKeySet } from 'jose';
import { databaseUrlVariable } from '../../../../souk.config.ts';
import { createBackplane } from '../backplane/index.ts';
import { systemClock } from '../domain/clock.ts';
import { newId } from '../domain/ids/typed-id.ts';
import { createIdentityVerifier } from '../identity/internal-identity.ts';
import { DatabaseLocaleError } from '../persistence/database-locale.ts';
import {
  type ConfigOf,
  integer,
  json,
  oneOf,
  port,
  type Setting,
  secret,
  text,
  url,
} from '../process/config.ts';
import { createLogger, type Logger } from '../process/logging.ts';
import { redisAway } from '../process/probes.ts';
import { serveProbes } from '../process/serve-probes.ts';
import { createShutdown } from '../process/shutdown.ts';
import { hasStarted } from '../process/small-start.ts';
import { startMeasuring } from '../telemetry/metrics.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import type { SubgraphDeps } from './infrastructure.ts';
import type { SealingConfig } from './sealing-settings.ts';
import { type PublicRoutes, serveSubgraph } from './serve.ts';
import type { Subgraph } from './subgraph.ts';

/** The settings every subgraph process has, besides its own. */
export const processSettings = (name: string, defaultPort: number) => ({
  port: port('PORT', defaultPort),
  host: text('HOST', '127.0.0.1'),
  databaseUrl: url(
    databaseUrlVariable(name),
    undefined,
    `postgresql://souk:souk@localhost:5432/${name}`,
  ),
  redisUrl: text('REDIS_URL', undefined, 'redis://localhost:6379'),
  /** Signs paging and stream cursors; the same for all processes of the subgraph. */
  cursorSecret: secret('CURSOR_SECRET'),
  /** Public keys of the gateways, as a JSON Web Key Set. */
  identityKeys: json<JSONWebKeySet>('INTERNAL_IDENTITY_KEYS', '{"keys":[]}'),
  logLevel: oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error'], 'info'),
  drainLagMs: integer('DRAIN_LAG_MS', 0, { max: 60_000 }),
});

export type ProcessConfig = ConfigOf<ReturnType<typeof processSettings>> &
  SealingConfig &
  ConfigOf<Record<string, Setting<unknown>>>;

export interface SubgraphProgram<Config extends ProcessConfig> {
  name: string;
  config: Config;
  create: (deps: SubgraphDeps<Config>) => Promise<Subgraph>;
  /** Served to anybody outside the graph, e.g. public keys. */
  publicRoutes?: PublicRoutes;
}

/** Runs a subgraph as a process of its own: HTTP and WebSocket, until a signal. */
export async function runSubgraph<Config extends ProcessConfig>(program: SubgraphProgram<Config>) {
  const { finished } = await startSubgraphServer(program, program.config);
  process.exitCode = await finished;
  process.exit();
}

/** Starts the same at a given address; `finished` resolves when a signal has ended it. */
export async function startSubgraphServer<Config extends ProcessConfig>(
  program: SubgraphProgram<Config>,
  { port, host }: { port: number; host: string },
): Promise<{ readonly url: string; readonly finished: Promise<number> }> {
  const { config, logger, shutdown, subgraph, backplane, stopTracing } = await prepare(program);
  const served = await serveSubgraph(subgraph, {
    port,
    host,
    verify: createIdentityVerifier(config.identityKeys, subgraph.name),
    cache: backplane.cache,
    probes: {
      ready: subgraph.ready,
      draining: () => shutdown.stopping,
      away: redisAway(backplane),
    },
    publicRoutes: program.publicRoutes,
  });
  hasStarted();
  logger.info({ url: served.url }, 'serving');
  shutdown.onStop('server', served.close);
  shutdown.onStop('subgraph', subgraph.close);
  shutdown.onStop('backplane', backplane.close);
  shutdown.onStop('traces', stopTracing);
  return { url: served.url, finished: shutdown.finished };
}

/** Runs a subgraph's relay and consumers as a process of its own; its port answers only probes. */
export async function runWorker<Config extends ProcessConfig>(program: SubgraphProgram<Config>) {
  const prepared = await prepare(program, '-worker');
  const { config, logger, shutdown, subgraph, backplane, stopTracing } = prepared;
  const worker = subgraph.startWorker();
  const served = await serveProbes(config, {
    ready: subgraph.ready,
    draining: () => shutdown.stopping,
    away: redisAway(backplane),
  });
  hasStarted();
  logger.info({ url: served.url }, 'working');
  shutdown.onStop('worker', () => worker.close(10_000));
  shutdown.onStop('probes', served.close);
  shutdown.onStop('subgraph', subgraph.close);
  shutdown.onStop('backplane', backplane.close);
  shutdown.onStop('traces', stopTracing);
  process.exitCode = await shutdown.finished;
  process.exit();
}

async function prepare<Config extends ProcessConfig>(
  { name, config, create }: SubgraphProgram<Config>,
  suffix = '',
) {
  const logger = createLogger({ name: `${name}${suffix}`, level: config.logLevel });
  const shutdown = createShutdown({ logger, drainLagMs: config.drainLagMs });
  startMeasuring();
  const stopTracing = await startTracing({ service: `${name}${suffix}`, logger });
  const backplane = await createBackplane({ redisUrl: config.redisUrl, logger });
  const subgraph = await create({
    config,
    databaseUrl: config.databaseUrl,
    backplane,
    cursorSecret: config.cursorSecret,
    eventKeys: {
      ...(config.eventSealingKeys && { sealing: config.eventSealingKeys }),
      ...(config.eventOpeningKeys && { opening: config.eventOpeningKeys }),
    },
    logger,
    clock: systemClock,
    newId,
  });
  await assertLocale(subgraph, logger);
  return { config, logger, shutdown, subgraph, backplane, stopTracing };
}

/**
 * Ends the process if the database has another locale. A database that is away now is checked by every probe.
 */
async function assertLocale({ ready }: Subgraph, logger: Logger): Promise<void> {
  try {
    await ready();
  } catch (error) {
    if (!(error instanceof DatabaseLocaleError)) return;
    logger.fatal(error.message);
    process.exit(1);
  }
}
