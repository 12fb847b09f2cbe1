import type { ServerResponse } from 'node:http';
import { isMeasuring, METRICS_CONTENT_TYPE, metricsText } from './metrics.ts';

/** The path that Prometheus asks, besides the probes. */
export const METRICS_PATH = '/metrics';

/** Answers when the path is that of metrics and metrics are kept; otherwise returns false. */
export async function answerMetrics(path: string, response: ServerResponse): Promise<boolean> {
  if (path !== METRICS_PATH || !isMeasuring()) return false;
  const text = await metricsText();
  response.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE, 'cache-control': 'no-store' });
  response.end(text);
  return true;
}
