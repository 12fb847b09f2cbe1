import { answerMetrics } from '../telemetry/answer-metrics.ts';
import { serveOperators } from './operators-server.ts';
import { type Probes, probeAnswer } from './probes.ts';

/** Serves only `/livez`, `/readyz` and `/metrics`, for processes that serve nothing else. */
export const serveProbes = (place: { port: number; host: string }, probes: Probes) =>
  serveOperators(place, async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (await answerMetrics(path, response)) return;
    const answer = await probeAnswer(path, probes);
    response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer?.body ?? { status: 'nothing is here' }));
  });
