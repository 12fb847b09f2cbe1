import type { Duplex } from 'node:stream';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type RawData, WebSocket } from 'ws';
import type { Indexed } from '../../indexed-set.ts';
import type { Connecting } from '../connections.ts';
import { TERMINATE_AFTER_MS, TOO_MUCH } from '../socket-limits.ts';
import { ClientConnection, type ConnectionDeps } from './client-connection.ts';
import { MessageRate } from './message-rate.ts';
import { Protocol, type ProtocolOptions, type ProtocolSocket } from './protocol.ts';
import { SendQueue } from './send-queue.ts';

export type ClientSocketOptions = ProtocolOptions & ConnectionDeps;

/** A socket that refers to its client, so that its listeners are shared functions. */
export class WebSocketOfClient extends WebSocket {
  client: ClientSocket | null = null;
}

/** For a socket of such a server. */
export const clientOf = (socket: WebSocket): ClientSocket | null =>
  (socket as WebSocketOfClient).client;

/** A connection that has just been upgraded. */
export interface Arrival {
  readonly stream: Duplex;
  readonly address: string;
  readonly connecting: Connecting;
  readonly userAgent: string | undefined;
  /** The access token that came in a cookie. */
  readonly cookie: string | null;
}

/** One client: its socket, its viewer, and the operations on it. */
export class ClientSocket implements ProtocolSocket, Indexed {
  readonly connection: ClientConnection;
  readonly sendQueue: SendQueue;
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly cookie: string | null;
  index = -1;
  readonly #socket: WebSocketOfClient;
  readonly #options: ClientSocketOptions;
  readonly #connecting: Connecting;
  readonly #protocol: Protocol;
  readonly #rate: MessageRate;
  readonly #openedAt = Date.now();
  #pingedAt = this.#openedAt;
  #hasAnswered = true;

  constructor(socket: WebSocketOfClient, arrival: Arrival, options: ClientSocketOptions) {
    const { limits } = options;
    this.#socket = socket;
    this.#options = options;
    this.#connecting = arrival.connecting;
    this.address = arrival.address;
    this.userAgent = arrival.userAgent;
    this.cookie = arrival.cookie;
    this.sendQueue = new SendQueue(socket, arrival.stream, limits);
    this.connection = new ClientConnection(options, socket);
    this.#protocol = new Protocol(options, this);
    this.#rate = new MessageRate(limits.messageBurst, limits.messagesPerSecond);
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      this.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
    }
    socket.client = this;
    socket.on('error', onError);
    socket.on('ping', onPing);
    socket.on('pong', onPong);
    socket.on('message', onMessage);
  }

  broke(err: Error): void {
    this.#options.logger.debug({ err }, 'a client socket broke');
  }

  pinged(): void {
    this.#isPaced();
  }

  answeredPing(): void {
    this.#hasAnswered = true;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), TERMINATE_AFTER_MS).unref();
  }

  /** Terminates the socket without a close frame. */
  terminate(): void {
    this.#socket.terminate();
  }

  mayConnectAs(userId: string): boolean {
    const may = this.#connecting.mayBelongTo(userId);
    if (!may) this.close(TOO_MUCH, 'Too many connections of this account');
    return may;
  }

  /** Called periodically for all clients, so that no client needs timers of its own. */
  check(now: number): void {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    const { initTimeoutMs, keepAliveMs } = this.#options.limits;
    if (!this.#protocol.isInitialized && now >= this.#openedAt + initTimeoutMs) {
      this.close(
        CloseCode.ConnectionInitialisationTimeout,
        'ClientConnection initialisation timeout',
      );
      return;
    }
    this.connection.check(now);
    if (now < this.#pingedAt + keepAliveMs) return;
    if (!this.#hasAnswered) {
      socket.terminate();
      return;
    }
    this.#pingedAt = now;
    this.#hasAnswered = false;
    socket.ping();
  }

  /** The socket has closed; resolves when everything of the client has been cleaned up. */
  closed(): Promise<void> {
    this.#connecting.closed();
    this.#protocol.closed();
    return this.connection.closed();
  }

  #isPaced(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    if (this.#rate.take()) return true;
    this.close(TOO_MUCH, 'Too many messages');
    return false;
  }

  received(data: RawData, isBinary: boolean): void {
    if (!this.#isPaced()) return;
    if (isBinary) {
      this.close(CloseCode.BadRequest, 'Only text is understood');
      return;
    }
    try {
      this.#protocol.received(String(data))?.catch((err) => this.#failed(err));
    } catch (err) {
      this.#failed(err);
    }
  }

  #failed(err: unknown): void {
    this.#options.logger.error({ err }, 'a client message failed');
    this.close(CloseCode.InternalServerError, 'Internal server error');
  }
}

function onError(this: WebSocket, err: Error): void {
  clientOf(this)?.broke(err);
}

function onPing(this: WebSocket): void {
  clientOf(this)?.pinged();
}

function onPong(this: WebSocket): void {
  clientOf(this)?.answeredPing();
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  clientOf(this)?.received(data, isBinary);
}
