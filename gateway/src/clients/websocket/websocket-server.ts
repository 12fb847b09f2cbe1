import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionPresence } from '@souk/runtime/backplane';
import { type Logger, onWebSocketUpgrade } from '@souk/runtime/process';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SessionStates } from '../../authentication/session-states.ts';
import type { VerifyAccessToken } from '../../authentication/viewer.ts';
import { IndexedSet } from '../../indexed-set.ts';
import type { PersistedOperations } from '../../limits/persisted/persisted-operations.ts';
import type { SessionWatch } from '../../subscriptions/session-watch.ts';
import type { SubscriptionDeps } from '../../subscriptions/subscription-client.ts';
import type { OperationTelemetry } from '../../telemetry/operation-telemetry.ts';
import type { Connections } from '../connections.ts';
import { type AddressOf, userAgentOf } from '../http/client-of-request.ts';
import { accessCookieOfUpgrade } from '../http/cookies/session-cookies.ts';
import type { Origins } from '../http/origins.ts';
import { failureBody } from '../http/request-failure.ts';
import { type IsServedHost, OTHER_HOST } from '../http/served-hosts.ts';
import { type SocketLimits, TERMINATE_AFTER_MS } from '../socket-limits.ts';
import { deepestQueue, presenceLeases, queuedBytes, socketsOpen } from '../stream-metrics.ts';
import { type Arrival, ClientSocket, clientOf, WebSocketOfClient } from './client-socket.ts';

export interface WebSocketOptions extends SubscriptionDeps {
  path: string;
  origins: Origins;
  isServedHost: IsServedHost;
  addressOf: AddressOf;
  connections: Connections;
  verify: VerifyAccessToken;
  states: Pick<SessionStates, 'assertOpen'>;
  limits: SocketLimits;
  persisted: PersistedOperations;
  eventTimeoutMs: number;
  telemetry: OperationTelemetry;
  presence: ConnectionPresence | null;
  sessions: SessionWatch | null;
  draining(): boolean;
  logger: Logger;
}

export interface WebSocketEndpoint {
  /** The number of connected clients. */
  readonly connected: number;
  /** Closes all connections with 1001, to which clients respond by reconnecting elsewhere. */
  close(): Promise<void>;
}

/** RFC 6455: the endpoint is going down, or the client is leaving the page. */
const GOING_AWAY = 1001;
/** With more sockets than this, closing is spread out so that clients do not all reconnect at once. */
const SPREAD_FROM = 1_000;
const SPREAD_OVER_MS = 2_000;
/** Interval at which clients are checked for an expired token or a due ping. */
const CHECK_MS = 500;

/** Subscriptions over WebSocket on the endpoint's own path. */
export function attachWebSocket(server: HttpServer, options: WebSocketOptions): WebSocketEndpoint {
  const { limits, connections, origins, isServedHost, addressOf, path, draining } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: WebSocketOfClient,
    clientTracking: false,
    handleProtocols: (offered) => handleProtocols(offered),
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
  });
  // Without a listener, ws would answer with an HTML page.
  sockets.on('wsClientError', (_error, stream) =>
    rejectUpgrade(stream, '400 Bad Request', 'BAD_REQUEST', 'This is not a WebSocket handshake.'),
  );
  const clients = new IndexedSet<ClientSocket>();
  /** Connections whose presence is being removed right now. */
  const goodbyes = new Set<Promise<void>>();
  let onEmpty = () => {};

  onWebSocketUpgrade(server, (request, stream, head) => {
    stream.on('error', destroyed);
    const address = addressOf(request);
    const refuse = (status: string, code: string, message: string) =>
      rejectUpgrade(stream, status, code, message);
    if (!isServedHost(request))
      return refuse('421 Misdirected Request', OTHER_HOST.code, OTHER_HOST.message);
    if (request.url?.split('?')[0] !== path)
      return refuse('404 Not Found', 'NOT_FOUND', 'There is nothing here.');
    if (draining())
      return refuse('503 Service Unavailable', 'SERVICE_UNAVAILABLE', 'This process is stopping.');
    if (!origins.mayConnect(request))
      return refuse('403 Forbidden', 'FORBIDDEN', 'Connections from this page are not allowed.');
    let cookie: string | null;
    try {
      cookie = accessCookieOfUpgrade(request);
    } catch {
      return refuse(
        '400 Bad Request',
        'BAD_REQUEST',
        'There is more than one cookie of the same name.',
      );
    }
    const connecting = connections.open(address);
    if (connecting === 'process')
      return refuse('503 Service Unavailable', 'OVERLOADED', 'Too many connections.');
    if (connecting === 'address')
      return refuse(
        '429 Too Many Requests',
        'RATE_LIMITED',
        'Too many connections from this address.',
      );
    const refused = () => connecting.closed();
    stream.on('close', refused);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      // From here on the socket's own listeners take over: these closures would keep the request alive as
      // long as the connection.
      stream.off('close', refused);
      stream.off('error', destroyed);
      const userAgent = userAgentOf(request.headers);
      accept(socket, { stream, address, connecting, cookie, userAgent });
    });
  });

  const accept = (socket: WebSocketOfClient, arrival: Arrival) => {
    clients.add(new ClientSocket(socket, arrival, options));
    socket.on('close', gone);
  };
  function gone(this: WebSocket): void {
    const client = clientOf(this);
    if (!client) return;
    clients.delete(client);
    const leaving = client.closed();
    goodbyes.add(leaving);
    void leaving.finally(() => goodbyes.delete(leaving));
    if (clients.size === 0) onEmpty();
  }
  const checking = setInterval(() => {
    const now = Date.now();
    for (const client of clients) client.check(now);
  }, CHECK_MS);
  checking.unref();
  const readings = [
    socketsOpen.readFrom((say) => say(clients.size)),
    queuedBytes.readFrom((say) => {
      for (const { sendQueue } of clients) say(sendQueue.depth.bytes);
    }),
    deepestQueue.readFrom((say) => {
      let most = 0;
      for (const { sendQueue } of clients) most = Math.max(most, sendQueue.depth.messages);
      say(most);
    }),
    presenceLeases.readFrom((say) => {
      for (const { connection } of clients) if (connection.holdsLease) say(1);
    }),
  ];

  return {
    get connected() {
      return clients.size;
    },
    close: async () => {
      const leaving = [...clients];
      const pause = leaving.length > SPREAD_FROM ? SPREAD_OVER_MS / leaving.length : 0;
      const started = performance.now();
      for (const [index, client] of leaving.entries()) {
        if (pause > 0 && index * pause > performance.now() - started) await delay(10);
        client.close(GOING_AWAY, 'Going away');
      }
      const allGone = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      if (clients.size === 0) onEmpty();
      await Promise.race([allGone, delay(TERMINATE_AFTER_MS, undefined, { ref: false })]);
      for (const client of clients) client.terminate();
      await allGone;
      sockets.close();
      for (const stop of readings) stop();
      clearInterval(checking);
      await Promise.all(goodbyes);
    },
  };
}

function destroyed(this: Duplex): void {
  this.destroy();
}

function rejectUpgrade(stream: Duplex, status: string, code: string, message: string): void {
  const body = failureBody(code, message);
  stream.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => stream.destroy(),
  );
}
