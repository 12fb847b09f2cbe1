import type { ServerResponse } from 'node:http';
import { isMeasuring, METRICS_CONTENT_TYPE, metricsText, startMeasuring } from './metrics.ts';
import { serveOperators } from './operators-server.ts';

/** Where Prometheus asks, beside the probes. */
export const METRICS_PATH = '/metrics';

/** Answers where the path is that of metrics, and they are kept; false for anything else. */
export async function answerMetrics(path: string, response: ServerResponse): Promise<boolean> {
  if (path !== METRICS_PATH || !isMeasuring()) return false;
  const text = await metricsText();
  response.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE, 'cache-control': 'no-store' });
  response.end(text);
  return true;
}

/** Serves `/metrics` alone, for a process whose own port is open to clients. */
export async function serveMetrics(place: {
  port: number;
  host: string;
}): Promise<{ url: string; close(): Promise<void> }> {
  startMeasuring();
  const { url, close } = await serveOperators(place, async ({ url }, response) => {
    if (await answerMetrics(url?.split('?')[0] ?? '/', response)) return;
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"status":"nothing is here"}');
  });
  return { url: `${url}${METRICS_PATH}`, close };
}
