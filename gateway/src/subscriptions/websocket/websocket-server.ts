import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionPresence, Logger } from '@souk/runtime';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AddressOf } from '../../http/client-address.ts';
import type { Origins } from '../../http/origins.ts';
import { failureBody } from '../../http/request-failure.ts';
import type { Rates } from '../../protection/rates/rates.ts';
import { tokenInPayload, type VerifyAccessToken } from '../../viewer.ts';
import type { Connecting, Connections } from '../connections.ts';
import type { SubscriptionDeps } from '../federated-subscription.ts';
import type { SessionWatch } from '../session-watch.ts';
import { type Connection, createConnection } from './connection.ts';
import { createMessageRate } from './message-rate.ts';
import { createOutbox } from './outbox.ts';
import { createProtocol } from './protocol.ts';
import { type SocketLimits, TERMINATE_AFTER_MS, TOO_MUCH } from './socket-limits.ts';

export interface WebSocketOptions extends SubscriptionDeps {
  path: string;
  origins: Origins;
  addressOf: AddressOf;
  connections: Connections;
  verify: VerifyAccessToken;
  limits: SocketLimits;
  rates: Rates;
  eventTimeoutMs: number;
  presence: ConnectionPresence | null;
  sessions: SessionWatch | null;
  draining(): boolean;
  logger: Logger;
}

/** A connection that has just been upgraded. */
interface Arrival {
  readonly stream: Duplex;
  readonly address: string;
  readonly connecting: Connecting;
}

export interface WebSocketEndpoint {
  /** Clients connected now. */
  readonly connected: number;
  /** Sends everybody away with 1001, which clients answer by reconnecting elsewhere. */
  close(): Promise<void>;
}

/** RFC 6455: the endpoint goes down, or the client leaves the page. */
const GOING_AWAY = 1001;
/** Above this many sockets, goodbyes are spread out so that not all come back at once. */
const SPREAD_FROM = 1_000;
const SPREAD_OVER_MS = 2_000;

/** Subscriptions over WebSocket on the endpoint's own path. */
export function attachWebSocket(server: HttpServer, options: WebSocketOptions): WebSocketEndpoint {
  const { limits, connections, origins, addressOf, path, verify, logger, draining } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => handleProtocols(offered),
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
  });
  // Without a listener, ws would answer with a page of HTML.
  sockets.on('wsClientError', (_error, stream) =>
    refuseUpgrade(stream, '400 Bad Request', 'BAD_REQUEST', 'This is no WebSocket handshake.'),
  );
  const protocol = createProtocol(options);
  /** Connections whose presence is just being given up. */
  const goodbyes = new Set<Promise<void>>();

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const address = addressOf(request);
    const refuse = (status: string, code: string, message: string) =>
      refuseUpgrade(stream, status, code, message);
    if (request.url?.split('?')[0] !== path)
      return refuse('404 Not Found', 'NOT_FOUND', 'Nothing is here.');
    if (draining())
      return refuse('503 Service Unavailable', 'SERVICE_UNAVAILABLE', 'This process is stopping.');
    if (!origins.mayConnect(request))
      return refuse('403 Forbidden', 'FORBIDDEN', 'Not from this page.');
    const connecting = connections.open(address);
    if (connecting === 'process')
      return refuse('503 Service Unavailable', 'OVERLOADED', 'Too many connections.');
    if (connecting === 'address')
      return refuse('429 Too Many Requests', 'RATE_LIMITED', 'Too many connections from here.');
    stream.once('close', connecting.closed);
    sockets.handleUpgrade(request, stream, head, (socket) =>
      accept(socket, { stream, address, connecting }),
    );
  });

  const accept = (socket: WebSocket, { stream, address, connecting }: Arrival) => {
    const connection = createConnection(socket, options);
    const outbox = createOutbox(socket, stream, limits);
    const mayReceive = createMessageRate(limits.messageBurst, limits.messagesPerSecond);
    const close = (code: number, reason: string) => {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), TERMINATE_AFTER_MS).unref();
    };
    const paced = () => {
      if (socket.readyState !== socket.OPEN) return false;
      if (mayReceive()) return true;
      close(TOO_MUCH, 'Too many messages');
      return false;
    };
    socket.on('error', (err) => logger.debug({ err }, 'a client socket broke'));
    socket.on('ping', paced);
    const stopKeepAlive = keepAlive(socket, limits.keepAliveMs);

    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: outbox.send,
        close,
        onMessage: (handle) =>
          socket.on('message', (data, isBinary) => {
            if (!paced()) return;
            if (isBinary) return close(CloseCode.BadRequest, 'Only text is understood');
            handle(String(data)).catch((err) => {
              logger.error({ err }, 'a client message failed');
              close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
        onPing: async (payload) => {
          const accepted = await refreshed(connection, payload, verify);
          if (accepted === false)
            return close(CloseCode.Forbidden, 'The access token is not valid');
          await outbox.send(
            JSON.stringify(
              accepted
                ? { type: 'pong', payload: { refreshed: true } }
                : { type: 'pong', ...(payload ? { payload } : {}) },
            ),
          );
        },
      },
      {
        connection,
        outbox,
        address,
        mayConnectAs: (userId) => {
          const may = connecting.mayBelongTo(userId);
          if (!may) close(TOO_MUCH, 'Too many connections of this account');
          return may;
        },
      },
    );
    socket.once('close', (code, reason) => {
      stopKeepAlive();
      const leaving = connection.closed();
      goodbyes.add(leaving);
      void leaving.finally(() => goodbyes.delete(leaving));
      closed(code, String(reason)).catch((err) =>
        logger.error({ err }, 'a connection could not be cleaned up'),
      );
    });
  };

  return {
    get connected() {
      return sockets.clients.size;
    },
    close: async () => {
      const clients = [...sockets.clients];
      const pause = clients.length > SPREAD_FROM ? SPREAD_OVER_MS / clients.length : 0;
      const started = performance.now();
      for (const [index, client] of clients.entries()) {
        if (pause > 0 && index * pause > performance.now() - started) await delay(10);
        client.close(GOING_AWAY, 'Going away');
      }
      const gone = Promise.all(
        clients.map(
          (client) =>
            new Promise((resolve) =>
              client.readyState === client.CLOSED ? resolve(null) : client.once('close', resolve),
            ),
        ),
      );
      await Promise.race([gone, delay(TERMINATE_AFTER_MS, undefined, { ref: false })]);
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      await Promise.all(goodbyes);
    },
  };
}

/** Null: the ping carries no token. False: it carries a bad one, or somebody else's. */
async function refreshed(
  connection: Connection,
  payload: unknown,
  verify: VerifyAccessToken,
): Promise<boolean | null> {
  try {
    const token = tokenInPayload(payload);
    return token === null ? null : connection.refresh(await verify(token));
  } catch {
    return false;
  }
}

function keepAlive(socket: WebSocket, everyMs: number): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Closes the socket for good: a client that kept its end open would hold it uncounted. */
function refuseUpgrade(stream: Duplex, status: string, code: string, message: string): void {
  const body = failureBody(code, message);
  stream.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => stream.destroy(),
  );
}
