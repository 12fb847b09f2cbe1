import { answerMetrics, METRICS_PATH } from '../telemetry/answer-metrics.ts';
import { startMeasuring } from '../telemetry/metrics.ts';
import { serveOperators } from './operators-server.ts';

/** Serves only `/metrics`, for a process whose own port is open to clients. */
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
