import { until } from '@souk/testkit';
import { type ClientOptions, WebSocket } from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of a message is its own affair.
type Message = Record<string, any>;

export interface CollectedSubscription {
  readonly id: string;
  atLeast(count: number): Promise<Message[]>;
  /** The errors it ended with. */
  error(): Promise<Message[]>;
  completed(): Promise<void>;
  stop(): void;
}

/** A bare graphql-transport-ws client: what it sends and gets is the protocol itself. */
export interface TestSocket extends AsyncDisposable {
  readonly messages: Message[];
  readonly isOpen: boolean;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly raw: WebSocket;
  send(message: unknown): void;
  subscribe(query: string, variables?: Record<string, unknown>): CollectedSubscription;
  terminate(): void;
}

/** Opens a connection without saying anything on it. */
export async function rawSocket(
  url: string,
  protocol: string | string[] = 'graphql-transport-ws',
  options: ClientOptions = {},
): Promise<TestSocket> {
  const raw = new WebSocket(url, protocol, options);
  const messages: Message[] = [];
  raw.on('message', (data) => messages.push(JSON.parse(String(data))));
  raw.on('error', () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    raw.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise<void>((resolve, reject) => {
    raw.once('open', () => resolve());
    raw.once('unexpected-response', (_, response) =>
      reject(new Error(`HTTP ${response.statusCode}`)),
    );
  });
  let lastId = 0;
  const send = (message: unknown) =>
    raw.send(typeof message === 'string' ? message : JSON.stringify(message));
  const describe = () =>
    `messages: ${JSON.stringify(messages).slice(0, 1_000)}, state ${raw.readyState}`;
  return {
    messages,
    get isOpen() {
      return raw.readyState === WebSocket.OPEN;
    },
    closed,
    raw,
    send,
    subscribe: (query, variables) => {
      lastId += 1;
      const id = String(lastId);
      send({ id, type: 'subscribe', payload: { query, variables } });
      const own = (type: string) =>
        messages.filter((message) => message.id === id && message.type === type);
      return {
        id,
        atLeast: async (count) => {
          await until(() => own('next').length >= count, { describe });
          return own('next').map(({ payload }) => payload);
        },
        error: async () => {
          await until(() => own('error').length > 0, { describe });
          return own('error')[0]?.payload;
        },
        completed: async () => {
          await until(() => own('complete').length > 0, { describe });
        },
        stop: () => send({ id, type: 'complete' }),
      };
    },
    terminate: () => raw.terminate(),
    [Symbol.asyncDispose]: async () => {
      raw.terminate();
      await closed;
    },
  };
}

/** Opens a connection and waits until it is acknowledged. */
export async function openSocket(
  url: string,
  payload?: Record<string, unknown>,
): Promise<TestSocket> {
  const socket = await rawSocket(url);
  socket.send({ type: 'connection_init', ...(payload ? { payload } : {}) });
  await until(
    () => socket.messages.find(({ type }) => type === 'connection_ack') ?? !socket.isOpen,
  );
  return socket;
}
