import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cache } from '../backplane/backplane.ts';
import {
  CONNECTION_HEADER,
  INTERNAL_TOKEN_HEADER,
  type VerifyIdentity,
} from '../identity/internal-identity.ts';
import { createReplayGuard, nameConnections } from '../identity/replay-guard.ts';
import { drainConnections } from '../process/draining-connections.ts';
import { type Probes, probeAnswer } from '../process/probes.ts';
import { cutOffSlowReaders } from '../process/slow-readers.ts';
import { answerMetrics } from '../telemetry/answer-metrics.ts';
import { traceIn } from '../telemetry/tracing.ts';
import { failure, readBody } from './http-messages.ts';
import { identitiesNamed } from './named-viewers.ts';
import { IDENTITY_REFUSED, serveSockets } from './serve-sockets.ts';
import type { Subgraph } from './subgraph.ts';

export interface ServeOptions {
  port: number;
  host?: string;
  verify: VerifyIdentity;
  /** Remembers the tokens of mutations, so that a captured one cannot be used again. */
  cache: Pick<Cache, 'claimOnce'>;
  probes: Probes;
  /** What anybody may GET without a signed identity, by path; answered as JSON. */
  publicRoutes?: PublicRoutes | undefined;
  /** Milliseconds within which an operation must be sent. */
  bodyMs?: number;
}

export type PublicRoutes = Readonly<Record<string, () => unknown>>;

export interface ServedSubgraph {
  readonly url: string;
  /** Lets running requests finish, ends sockets with 1001, then closes. */
  close(): Promise<void>;
}

/** Requests come from our gateway, whose largest legitimate ones (500 representations) are smaller. */
const MAX_BODY_BYTES = 1_048_576;
/** Enough for ten megabytes over a slow line; other bodies are read within `readBody`'s time. */
const LONGEST_REQUEST_MS = 600_000;
const PATH = '/graphql';
/** Milliseconds, from now, for which the gateway waits for the answer. */
const DEADLINE_HEADER = 'x-deadline-ms';

/** Serves a subgraph over HTTP and WebSocket to clients that bring a gateway's signed identity. */
export async function serveSubgraph(
  subgraph: Subgraph,
  options: ServeOptions,
): Promise<ServedSubgraph> {
  const { probes, verify, cache, publicRoutes = {}, bodyMs } = options;
  const isFirstUse = createReplayGuard(cache);
  const names = nameConnections();
  const server = createServer(
    { maxHeaderSize: 16_384, keepAliveTimeout: 65_000 },
    (request, response) => {
      handle(request, response).catch((err) => {
        if (request.destroyed && !request.complete) return;
        subgraph.logger.error({ err }, 'request failed');
        if (!response.headersSent)
          answer(response, 500, failure('INTERNAL_SERVER_ERROR', 'Something went wrong.'));
      });
    },
  );
  server.headersTimeout = 10_000;
  server.requestTimeout = LONGEST_REQUEST_MS;
  cutOffSlowReaders(server);
  const closeServer = drainConnections(server, { isDraining: probes.draining });

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split('?')[0] ?? '/';
    const probe = await probeAnswer(path, probes);
    if (probe) return answer(response, probe.status, probe.body);
    if (await answerMetrics(path, response)) return;
    const publicRoute = Object.hasOwn(publicRoutes, path) ? publicRoutes[path] : undefined;
    if (publicRoute && request.method === 'GET') return answer(response, 200, publicRoute());
    if (path !== PATH) {
      for (const route of subgraph.routes) if (await route(request, response)) return;
    }
    if (path !== PATH) return answer(response, 404, failure('NOT_FOUND', 'There is nothing here.'));
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return answer(response, 405, failure('BAD_REQUEST', 'Send operations by POST.'));
    }
    const token = request.headers[INTERNAL_TOKEN_HEADER];
    const identity = await verify(String(token)).catch(() => null);
    if (!identity) {
      response.setHeader('connection', 'close');
      return answer(
        response,
        401,
        failure('UNAUTHENTICATED', 'Only a gateway may send requests here.'),
      );
    }
    const name = names.of(request.socket);
    if (name === undefined) response.setHeader(CONNECTION_HEADER, names.give(request.socket));
    const body = await readBody(request, MAX_BODY_BYTES, bodyMs);
    if (!body)
      return answer(response, 413, failure('PAYLOAD_TOO_LARGE', 'The request is too large.'));
    try {
      identity.assertBody(body);
      const { operationType, tokenId, connection } = identity;
      const isBound = connection !== undefined;
      if (isBound && connection !== name)
        return answer(response, 421, failure(IDENTITY_REFUSED, 'It is of another connection.'));
      if (operationType === 'mutation' && !(await isFirstUse(tokenId, isBound)))
        throw new Error('this token was used before');
    } catch {
      return answer(
        response,
        401,
        failure('UNAUTHENTICATED', 'Only a gateway may send requests here.'),
      );
    }
    const { operation, viewers } = contentsOf(body);
    if (!operation)
      return answer(response, 400, failure('BAD_REQUEST', 'The body is not a GraphQL request.'));
    const trace = traceIn(request.headers);
    const isAwaited = awaitedUntil(request.headers[DEADLINE_HEADER], response);
    if (!identity.many) {
      return answer(
        response,
        200,
        await subgraph.execute({ ...operation, identity, isAwaited, trace }),
      );
    }
    const identities = identitiesNamed(viewers, identity.requestId);
    if (!identities)
      return answer(response, 400, failure('BAD_REQUEST', 'The body names no viewers.'));
    const answers = identities.map((identity, index) =>
      subgraph.execute({ ...operation, identity, isAwaited, trace, isLoggedAlready: index > 0 }),
    );
    answer(response, 200, { answers: await Promise.all(answers) });
  };

  const closeSockets = serveSockets(server, subgraph, {
    verify,
    path: PATH,
    maxBytes: MAX_BODY_BYTES,
  });

  await listen(server, options);
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}${PATH}`,
    close: async () => {
      await closeSockets();
      await closeServer();
    },
  };
}

/** Whether a gateway still waits: it is connected, and the time limit it announced has not passed. */
function awaitedUntil(milliseconds: unknown, response: ServerResponse): () => boolean {
  const given = Number(milliseconds ?? Number.NaN);
  const deadline = given > 0 ? performance.now() + given : Number.POSITIVE_INFINITY;
  return () => !response.destroyed && performance.now() < deadline;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
    'cache-control': 'no-store',
  });
  response.end(json);
}

/** What a body asks for, null when it is not an operation, and the viewers it names. */
function contentsOf(body: Buffer) {
  try {
    const { query, operationName, variables, viewers } = JSON.parse(body.toString());
    const operation = typeof query === 'string' ? { query, operationName, variables } : null;
    return { operation, viewers };
  } catch {
    return { operation: null, viewers: undefined };
  }
}

const listen = (server: Server, { port, host = '127.0.0.1' }: { port: number; host?: string }) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
