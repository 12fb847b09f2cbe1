import { startTracing, type TracingLog } from '../telemetry/start-tracing.ts';
import { serveMetrics } from './serve-metrics.ts';

export interface TelemetryOptions {
  readonly service: string;
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly logger: TracingLog;
}

/**
 * Starts the metrics and traces of a process whose port is open to clients; returns a function that stops
 * them.
 */
export async function startTelemetry({
  service,
  metricsPort,
  metricsHost,
  logger,
}: TelemetryOptions): Promise<() => Promise<void>> {
  const metrics =
    metricsPort === undefined ? null : await serveMetrics({ port: metricsPort, host: metricsHost });
  if (metrics) logger.info({ url: metrics.url }, 'metrics are served');
  const stopTracing = await startTracing({ service, logger });
  return async () => {
    await stopTracing();
    await metrics?.close();
  };
}
