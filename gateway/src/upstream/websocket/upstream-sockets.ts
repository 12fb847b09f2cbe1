import {
  type FetchRequest,
  mayChangeNumbers,
  type SubgraphResponse,
  textAt,
  type Variables,
} from '@souk/engine';
import type { SignIdentity } from '@souk/runtime/identity';
import { signedSubscription } from '@souk/runtime/subgraph';
import { carrierOf } from '@souk/runtime/telemetry';
import { type Client, createClient } from 'graphql-ws';
import { type RawData, WebSocket } from 'ws';
import { type GatewayContext, identityOf } from '../context.ts';
import { createBoundedChannel } from './bounded-channel.ts';

/**
 * The connection to a subgraph was lost, or its events came too fast; what was missed can be requested again.
 */
export class UpstreamLost extends Error {
  /** The subscription had reached the subgraph, so some of its events may have been missed. */
  readonly wasOpen: boolean;
  constructor(reason: string, { wasOpen = false, ...options }: LossOptions = {}) {
    super(reason, options);
    this.name = 'UpstreamLost';
    this.wasOpen = wasOpen;
  }
}

interface LossOptions extends ErrorOptions {
  wasOpen?: boolean;
}

/** Events came faster than they could be processed: not an error, and resumed at once behind the last one. */
export class UpstreamBehind extends UpstreamLost {}

export interface UpstreamSocketsOptions {
  urlOf(subgraph: string): string;
  sign?: SignIdentity;
  /** Events of one subscription that may wait for the gateway. */
  capacity?: number;
}

export interface UpstreamSockets {
  subscribe(
    request: FetchRequest<GatewayContext>,
    signal: AbortSignal,
  ): Promise<AsyncIterableIterator<SubgraphResponse>>;
  /** Ends connections to addresses that subgraphs no longer have; their streams count as lost. */
  followAddresses(): void;
  close(): Promise<void>;
}

/** Milliseconds between pings; a subgraph that answers none within as long counts as gone. */
const KEEP_ALIVE_MS = 10_000;
const MAX_FRAME_BYTES = 8 * 1_048_576;

/**
 * One multiplexed graphql-ws connection to each subgraph, opened when first needed. Each subscription carries
 * its own signed identity, so one connection serves every viewer.
 */
export function createUpstreamSockets(options: UpstreamSocketsOptions): UpstreamSockets {
  const { urlOf, sign, capacity = 256 } = options;
  const connections = new Map<string, UpstreamSocket>();
  const connectionOf = (subgraph: string) => {
    const url = urlOf(subgraph);
    const known = connections.get(subgraph);
    if (known?.url === url) return known;
    const connection = connect(url);
    connections.set(subgraph, connection);
    // Treated like a broken connection: its streams continue at the new address, behind what they have sent.
    known?.client.terminate();
    return connection;
  };

  return {
    subscribe: async (request, signal) => {
      const { subgraph, query, operationName, variablesText, operationType, context } = request;
      const variables = variablesText === undefined ? undefined : JSON.parse(variablesText);
      const { viewers } = context;
      const body = signedSubscription({ query, variables, viewers });
      const trace = carrierOf(context.trace);
      const token = sign?.(identityOf(context), { audience: subgraph, body, operationType });
      let unsubscribe = () => {};
      const channel = createBoundedChannel<SubgraphResponse>({
        capacity,
        onStop: () => unsubscribe(),
        // A stream outlives many of its upstream subscriptions.
        onOver: () => signal.removeEventListener('abort', stop),
        overflow: () => new UpstreamBehind(`more than ${capacity} events wait`),
      });
      const stop = () => void channel.return?.();
      const connection = connectionOf(subgraph);
      unsubscribe = connection.client.subscribe<Record<string, unknown>>(
        {
          query,
          operationName,
          variables: connection.asWritten(variablesText, variables),
          extensions: {
            ...(token ? { identity: token } : {}),
            ...(trace ? { trace } : {}),
            ...(viewers ? { viewers, grouped: true } : {}),
            streams: context.shared ? 'shared' : 'viewer',
          },
        },
        {
          next: ({ data, errors, extensions }) => {
            const text = connection.exactPayload();
            if (text !== undefined) channel.push({ text });
            else channel.push({ data, errors: errors as never, extensions: extensions as never });
          },
          error: (error) => {
            if (Array.isArray(error)) {
              channel.push({ errors: error });
              return channel.end();
            }
            const { isOpen: wasOpen } = connection;
            channel.end(new UpstreamLost('the connection broke', { cause: error, wasOpen }));
          },
          complete: () => channel.end(),
        },
      );
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      return channel;
    },
    followAddresses: () => {
      for (const [subgraph, { url, client }] of connections) {
        if (urlOf(subgraph) === url) continue;
        connections.delete(subgraph);
        client.terminate();
      }
    },
    close: async () => {
      await Promise.all([...connections.values()].map(({ client }) => client.dispose()));
    },
  };
}

/** A graphql-ws client that parses and writes messages itself, to preserve the exact texts of numbers. */
interface UpstreamSocket {
  readonly url: string;
  readonly client: Client;
  /** From the acknowledgement of a connection to the next attempt to connect. */
  isOpen: boolean;
  /** The payload of the current message as text, if parsing it may have changed a number. */
  exactPayload(): string | undefined;
  /** Variables that are to be written with exactly the text they came as. */
  asWritten(text: string | undefined, parsed: Variables | undefined): Variables | undefined;
}

function connect(url: string): UpstreamSocket {
  let pongTimer: NodeJS.Timeout | undefined;
  let received: RawData | undefined;
  /** The text of variables, by the value that stands in their place while their message is written. */
  const written = new Map<string, string>();
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: class extends WebSocket {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols, {
          maxPayload: MAX_FRAME_BYTES,
          perMessageDeflate: false,
          handshakeTimeout: 3_000,
        });
        // Added before the client's own listener.
        this.on('message', (data) => {
          received = data;
        });
      }

      override send(message: string): void {
        let text = message;
        for (const [mark, variables] of written) {
          if (!text.includes(mark)) continue;
          written.delete(mark);
          text = text.replace(JSON.stringify(mark), () => variables);
        }
        super.send(text);
      }
    },
    lazy: true,
    lazyCloseTimeout: 5_000,
    connectionAckWaitTimeout: 3_000,
    keepAlive: KEEP_ALIVE_MS,
    // Each subscription decides for itself when and from where to continue.
    retryAttempts: 0,
    shouldRetry: () => false,
    onNonLazyError: () => {},
    on: {
      ping: (received) => {
        if (received) return;
        pongTimer = setTimeout(() => client.terminate(), KEEP_ALIVE_MS);
        pongTimer.unref();
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: () => clearTimeout(pongTimer),
      connecting: () => {
        connection.isOpen = false;
      },
      connected: () => {
        connection.isOpen = true;
      },
    },
  });
  const connection: UpstreamSocket = {
    url,
    client,
    isOpen: false,
    exactPayload: () => {
      const text = String(received);
      return mayChangeNumbers(text) ? textAt(text, ['payload']) : undefined;
    },
    asWritten: (text, parsed) => {
      if (text === undefined || !mayChangeNumbers(text)) return parsed;
      const toJSON = () => {
        const mark = crypto.randomUUID();
        written.set(mark, text);
        return mark;
      };
      return { toJSON };
    },
  };
  return connection;
}
