import type { ServerResponse } from 'node:http';
import { isMeasuring, METRICS_CONTENT_TYPE, metricsText } from './metrics.ts';

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
