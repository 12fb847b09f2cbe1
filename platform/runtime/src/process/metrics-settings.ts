import { optional, port, text } from './config.ts';

/**
 * For a process whose own port is open to clients: where Prometheus asks. All others answer on their own
 * ports, which only the platform can reach.
 */
export const metricsSettings = {
  /** Serves `/metrics` on a separate port; without it nothing is measured. */
  metricsPort: optional({ ...port('METRICS_PORT'), example: '9464' }),
  metricsHost: text('METRICS_HOST', '127.0.0.1'),
};
