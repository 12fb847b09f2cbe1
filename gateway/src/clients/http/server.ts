import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  cutOffSlowReaders,
  drainConnections,
  type Logger,
  type Probes,
  probeAnswer,
  type ReadingLimits,
} from '@souk/runtime/process';
import { addressKey } from '../../limits/rates/address-key.ts';
import { namesType } from './accepted-types.ts';
import type { HandleRequest } from './graphql-endpoint.ts';
import { type ArrivalLimits, MAX_HEADERS } from './http-limits.ts';
import type { Origins } from './origins.ts';
import { failureBody, RequestFailure } from './request-failure.ts';
import { securityHeaders } from './security-headers.ts';
import { type IsServedHost, OTHER_HOST } from './served-hosts.ts';

/** Answers a path of its own; false when the request is not for it. */
export type Route = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>;

export interface HttpServerOptions {
  port: number;
  host: string;
  probes: Probes;
  origins: Origins;
  isServedHost: IsServedHost;
  graphql: HandleRequest;
  /**
   * Where browsers that open the endpoint's address as a page are redirected; null answers them like any
   * client.
   */
  page: string | null;
  /** Tried in turn for paths other than the endpoint and the probes. */
  routes: readonly Route[];
  arrivalLimits: ArrivalLimits;
  readingLimits?: ReadingLimits | undefined;
  /** Milliseconds within which a file must be sent to a route; for operations, the limits apply. */
  longestFileMs?: number | undefined;
  logger: Logger;
}

export interface HttpServer {
  readonly server: Server;
  readonly url: string;
  /** Lets running requests finish, for a while. */
  close(): Promise<void>;
}

export const GRAPHQL_PATH = '/graphql';

/** Headers of every answer. */
export const everyAnswer = (): Readonly<Record<string, string>> => ({
  ...securityHeaders(),
  'cache-control': 'no-store',
});

/** Operations go to the endpoint; preflights and page loads are answered here. */
const isForEndpoint = ({ url = '', method }: IncomingMessage): boolean =>
  (url === GRAPHQL_PATH || url.startsWith(`${GRAPHQL_PATH}?`)) && method !== 'OPTIONS';

/** A browser has opened the address itself, without an operation: people expect to see something. */
const opensEndpoint = ({ url, method, headers }: IncomingMessage): boolean =>
  url === GRAPHQL_PATH && method === 'GET' && namesType(headers.accept, 'text/html');

/** The gateway's HTTP server: every answer is JSON, coded, and says which request it answers. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { probes, origins, graphql, page, routes, arrivalLimits, logger } = options;
  const { isServedHost, longestFileMs = 0 } = options;
  const commonHeaders = Object.entries(everyAnswer());

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.rawHeaders.length / 2 > MAX_HEADERS) {
      throw new RequestFailure(431, 'BAD_REQUEST', `At most ${MAX_HEADERS} headers.`);
    }
    const path = request.url?.split('?')[0] ?? '/';
    const probe = await probeAnswer(path, probes);
    if (probe) return send(response, probe.status, JSON.stringify(probe.body));
    if (page && opensEndpoint(request)) {
      response.writeHead(303, { location: page, vary: 'Accept' });
      response.end();
      return;
    }
    if (path === GRAPHQL_PATH) {
      response.writeHead(204, origins.preflightHeaders(request));
      response.end();
      return;
    }
    for (const route of routes) if (await route(request, response)) return;
    throw new RequestFailure(
      404,
      'NOT_FOUND',
      `There is nothing here; the endpoint is ${GRAPHQL_PATH}.`,
    );
  };

  const fail = (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    error: unknown,
  ) => {
    if (response.headersSent) return response.destroy();
    if (error instanceof RequestFailure) {
      for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
      return send(response, error.status, failureBody(error.code, error.message, error.extensions));
    }
    if (request.errored || request.destroyed) return response.destroy();
    logger.error({ err: error, requestId }, 'request failed');
    send(
      response,
      500,
      failureBody('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', { requestId }),
    );
  };

  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: arrivalLimits.headersMs,
      requestTimeout: Math.max(arrivalLimits.allMs, longestFileMs),
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      const requestId = requestIdOf(request);
      const isServed = isServedHost(request);
      if (isServed && isForEndpoint(request) && !(page && opensEndpoint(request))) {
        // Node has a single timeout for the whole server.
        if (longestFileMs > arrivalLimits.allMs) limitArrival(request);
        graphql(request, response, requestId);
        return;
      }
      response.setHeader('x-request-id', requestId);
      for (const [name, value] of commonHeaders) response.setHeader(name, value);
      const answering = isServed ? handle(request, response) : Promise.reject(otherHost());
      answering.catch((error) => fail(request, response, requestId, error));
    },
  );
  const limitArrival = (request: IncomingMessage) => {
    const timer = setTimeout(() => {
      const error = Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      if (!request.complete) server.emit('clientError', error, request.socket);
    }, arrivalLimits.allMs);
    request.once('close', () => clearTimeout(timer));
  };
  server.maxHeadersCount = 0;
  // An IPv6 network counts as one client here, too.
  cutOffSlowReaders(server, options.readingLimits, ({ remoteAddress = '' }) =>
    addressKey(remoteAddress),
  );
  const close = drainConnections(server, { isDraining: probes.draining });
  // By default Node closes the socket without an answer.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    hangUp(socket, '405 Method Not Allowed', 'METHOD_NOT_ALLOWED', 'This is not a proxy.');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    const [status, code, message] = CLIENT_ERRORS[error.code ?? ''] ?? [
      '400 Bad Request',
      'BAD_REQUEST',
      'This is not an HTTP request.',
    ];
    hangUp(socket, status, code, message);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  const name = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
  return {
    server,
    url: `http://${name.includes(':') ? `[${name}]` : name}:${port}`,
    close,
  };
}

const otherHost = () => new RequestFailure(421, OTHER_HOST.code, OTHER_HOST.message);

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Answers on a socket for which Node has no response object, and closes it, whatever the other side does. */
function hangUp(socket: Duplex, status: string, code: string, message: string): void {
  const body = failureBody(code, message);
  const head = [
    `HTTP/1.1 ${status}`,
    ...(status.startsWith('405') ? ['allow: GET, POST'] : []),
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const CLIENT_ERRORS: Record<string, readonly [string, string, string]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'BAD_REQUEST',
    'The headers are too large.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'BAD_REQUEST',
    'The request took too long to arrive.',
  ],
};

/** The caller's request id if it is safe to log, otherwise a new one. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}
