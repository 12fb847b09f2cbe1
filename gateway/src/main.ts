import { createBackplane } from '@souk/runtime/backplane';
import { ConfigError, createLogger, createShutdown } from '@souk/runtime/process';
import { hasStarted } from '@souk/runtime/small-start';
import { startTelemetry } from '@souk/runtime/telemetry';
import { createApp } from './app.ts';
import { environmentOf, USAGE } from './command-line.ts';
import { type GatewayConfig, loadConfig } from './config.ts';
import { subgraphUrlsFrom } from './supergraph/subgraph-addresses.ts';

const { config, env } = settingsOrExit();
const logger = createLogger({ name: 'gateway', level: config.logLevel });
const shutdown = createShutdown({ logger, drainLagMs: config.drainLagMs });
try {
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
  logger.info({ url: `${gateway.url}/graphql`, playground: config.playground }, 'serving');
  shutdown.onStop('gateway', gateway.close);
  if (backplane) shutdown.onStop('backplane', backplane.close);
  shutdown.onStop('telemetry', stopTelemetry);
  process.exitCode = await shutdown.finished;
} catch (error) {
  logger.fatal({ err: error }, `the gateway cannot start: ${(error as Error).message}`);
  process.exitCode = 1;
}
process.exit();

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
