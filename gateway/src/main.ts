import { createBackplane } from '@souk/runtime/backplane';
import {
  ConfigError,
  createLogger,
  createShutdown,
  type Logger,
  startTelemetry,
} from '@souk/runtime/process';
import { hasStarted } from '@souk/runtime/small-start';
import { createApp } from './app.ts';
import { environmentOf, USAGE } from './command-line.ts';
import { type GatewayConfig, loadConfig } from './config.ts';
import {
  placeAmongMany,
  reportServing,
  runManyProcesses,
  startsTheOthers,
} from './many-processes.ts';
import { subgraphUrlsFrom } from './supergraph/subgraph-addresses.ts';

const { config, env } = settingsOrExit();
const logger = ownLogger(config);
/** What another process needs to stop, with a margin. */
const OTHERS_STOP_MS = 25_000;
const shutdown = startsTheOthers(config.processes)
  ? createShutdown({ logger, hardLimitMs: config.drainLagMs + OTHERS_STOP_MS })
  : createShutdown({ logger, drainLagMs: config.drainLagMs });
try {
  if (startsTheOthers(config.processes)) {
    if (!config.redisUrl) {
      logger.warn('without REDIS_URL each process counts rates and sessions for itself');
    }
    runManyProcesses({ ...config, env, shutdown, logger });
  } else await serve();
  process.exitCode = (await shutdown.finished) || process.exitCode;
} catch (error) {
  logger.fatal({ err: error }, `the gateway cannot start: ${(error as Error).message}`);
  process.exitCode = 1;
}
process.exit();

async function serve(): Promise<void> {
  const stopTelemetry = await startTelemetry({ service: 'gateway', ...config, logger });
  const backplane = config.redisUrl
    ? await createBackplane({ redisUrl: config.redisUrl, logger })
    : null;
  const gateway = await createApp({
    config,
    subgraphUrls: { ...subgraphUrlsFrom(env), ...config.subgraphUrls },
    backplane,
    draining: () => shutdown.stopping,
    logger,
  });
  hasStarted();
  reportServing();
  const { pid } = process;
  logger.info({ url: `${gateway.url}/graphql`, playground: config.playground, pid }, 'serving');
  shutdown.onStop('gateway', gateway.close);
  if (backplane) shutdown.onStop('backplane', backplane.close);
  shutdown.onStop('telemetry', stopTelemetry);
}

function ownLogger({ logLevel: level }: GatewayConfig): Logger {
  const all = createLogger({ name: 'gateway', level });
  const place = placeAmongMany();
  return place === undefined ? all : all.child({ process: place });
}

function settingsOrExit(): { config: GatewayConfig; env: NodeJS.ProcessEnv } {
  try {
    const env = environmentOf(process.argv.slice(2), process.env);
    if (env !== 'help') return { config: loadConfig(env), env };
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    console.error(
      error instanceof ConfigError ? error.message : `${(error as Error).message}\n\n${USAGE}`,
    );
    process.exit(1);
  }
}
