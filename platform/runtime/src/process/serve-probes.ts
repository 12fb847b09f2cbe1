import { createServer } from 'node:http';
import { answerMetrics } from '../telemetry/serve-metrics.ts';
import { type Probes, probeAnswer } from './probes.ts';

/** Serves `/livez`, `/readyz` and `/metrics` alone, for processes that answer nobody else. */
export async function serveProbes(
  { port, host }: { port: number; host: string },
  probes: Probes,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (await answerMetrics(path, response)) return;
    const answer = await probeAnswer(path, probes);
    response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer?.body ?? { status: 'nothing is here' }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  const actual = address !== null && typeof address === 'object' ? address.port : port;
  return {
    url: `http://${host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
