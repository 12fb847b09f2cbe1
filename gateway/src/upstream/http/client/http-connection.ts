import { connect, type Socket } from 'node:net';
import { type HttpResponse, ResponseReader, UnusableResponse } from './response-reader.ts';

/** What a connection is doing for a request. */
export interface Exchange {
  /** The whole request: head and body. */
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
  answered(response: HttpResponse): void;
  failed(error: Error, ending: Ending): void;
}

/** How an exchange came to have no answer. */
export interface Ending {
  /** Nothing was answered, so a repeatable request may be repeated at once. */
  readonly untouched: boolean;
  /** The connection had been established, and ended before the whole answer. */
  readonly reset: boolean;
}

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  /** The connection can take another exchange, until `usableUntil`. */
  readonly onIdle: (connection: HttpConnection) => void;
  readonly onClose: (connection: HttpConnection) => void;
}

const READ_BUFFER_BYTES = 65_536;
/** A server may close a moment earlier than it said, as seen from here. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/** One kept-alive HTTP/1.1 connection, one exchange at a time. */
export class HttpConnection {
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  readonly #connectTimer: NodeJS.Timeout;
  #exchange: Exchange | undefined;
  #exchanges = 0;
  #connected = false;
  #closed = false;
  /** When the server may close it (performance.now). */
  usableUntil = Number.POSITIVE_INFINITY;
  /** What the server calls it, by which a token can be bound to it; empty until it has said so. */
  name = '';

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#reader = new ResponseReader(options.maxResponseBytes);
    const { host, port } = options;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      // Reads go directly into one buffer of ours instead of through a stream.
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
        callback: (size, buffer) => {
          this.#read((buffer as Buffer).subarray(0, size));
          return true;
        },
      },
    });
    this.#socket.on('connect', () => {
      this.#connected = true;
      clearTimeout(this.#connectTimer);
    });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => this.#end());
    this.#connectTimer = setTimeout(
      () => this.#fail(new Error(`No connection in ${options.connectTimeoutMs} ms.`)),
      options.connectTimeoutMs,
    );
  }

  get isReused(): boolean {
    return this.#exchanges > 1;
  }

  start(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#exchanges += 1;
    this.#socket.write(exchange.text, exchange.encoding);
  }

  /** Aborts the running exchange, and closes the connection with it. */
  abandon(): void {
    this.#exchange = undefined;
    this.#close();
  }

  close(): void {
    this.#close();
  }

  #read(bytes: Buffer): void {
    if (!this.#exchange) {
      // An answer without a request: the connection cannot be trusted with another one.
      this.#close();
      return;
    }
    try {
      const response = this.#reader.push(bytes);
      if (response) this.#answer(response);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #answer(response: HttpResponse): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    const { keepAliveMs, connectionName } = response.head;
    if (connectionName !== '') this.name = connectionName;
    if (keepAliveMs <= KEEP_ALIVE_MARGIN_MS) {
      this.#close();
    } else {
      this.usableUntil = performance.now() + keepAliveMs - KEEP_ALIVE_MARGIN_MS;
      this.#options.onIdle(this);
    }
    exchange?.answered(response);
  }

  #end(): void {
    const response = this.#exchange && this.#reader.end();
    if (response) this.#answer(response);
    else this.#fail(new Error('The connection was closed.'));
  }

  #fail(error: Error): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    const isUsable = !(error instanceof UnusableResponse);
    const untouched = this.#reader.isFresh && isUsable;
    this.#close();
    exchange?.failed(error, { untouched, reset: this.#connected && isUsable });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#connectTimer);
    this.#socket.destroy();
    this.#options.onClose(this);
  }
}
