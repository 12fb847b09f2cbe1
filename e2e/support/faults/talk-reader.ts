import type { WebSocket } from 'ws';
import { socketClient } from '../socket-client.ts';

/** Follows a room over whatever interruptions, and cuts its own connection now and then. */
export interface TalkReader {
  readonly roomId: string;
  readonly way: Way;
  /** What it received, in order. */
  readonly heard: { readonly sequence: number; readonly text: string }[];
  /** What no client should meet: errors that are not interruptions, and resets. */
  readonly surprises: string[];
  /** How often it was connected. */
  connections: number;
  stop(): Promise<void>;
}

export type Way = 'graphql-ws' | 'SSE';

export interface Following {
  readonly gatewayUrl: string;
  /** Their access token, which is another one every few minutes. */
  readonly token: () => string;
  readonly roomId: string;
  readonly after: string;
  readonly way: Way;
  /** False for the naive client, which follows what comes from the moment on when it is connected again. */
  readonly resumes: boolean;
  /** Most milliseconds until it cuts its connection, which is at random before. */
  readonly cutWithinMs: number;
}

const EVENTS = `subscription ($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
  ... on StreamEvent { cursor } ... on MessagePosted { message { sequence text } }
  ... on StreamReset { reason } } }`;

interface Item {
  readonly data?: {
    readonly roomEvents: {
      readonly cursor: string;
      readonly reason?: string;
      readonly message?: { readonly sequence: number; readonly text: string };
    } | null;
  } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** Answers that say that something is unavailable at the moment, as after a kill. */
const INTERRUPTIONS = new Set(['SERVICE_UNAVAILABLE', 'SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_TIMEOUT']);

export function followTalk(following: Following): TalkReader {
  const { roomId, way, resumes, cutWithinMs } = following;
  const heard: TalkReader['heard'] = [];
  const surprises: string[] = [];
  let cursor: string | null = following.after;
  let stopped = false;
  let current = new AbortController();
  const take = ({ data, errors }: Item) => {
    for (const { extensions } of errors ?? []) {
      if (!INTERRUPTIONS.has(extensions?.code ?? '')) surprises.push(JSON.stringify(errors));
    }
    const event = data?.roomEvents;
    if (!event) return;
    cursor = event.cursor;
    if (event.reason) surprises.push(`reset: ${event.reason}`);
    if (event.message) heard.push(event.message);
  };
  const reader: TalkReader = {
    ...{ roomId, way, heard, surprises, connections: 0 },
    stop: async () => {
      stopped = true;
      current.abort();
      await running;
    },
  };
  const follow = way === 'SSE' ? followBySse : followBySocket;
  const running = (async () => {
    while (!stopped) {
      current = new AbortController();
      const cut = setTimeout(() => current.abort(), 100 + Math.random() * cutWithinMs);
      reader.connections += 1;
      await follow(following, resumes ? cursor : null, take, current.signal);
      clearTimeout(cut);
      // Like clients that wait a little before they try again.
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
    }
  })();
  return reader;
}

type Follow = (
  following: Following,
  after: string | null,
  take: (item: Item) => void,
  signal: AbortSignal,
) => Promise<void>;

/** Resolves once the connection is gone, however it went. */
const followBySocket: Follow = ({ gatewayUrl, token, roomId }, after, take, signal) =>
  new Promise((resolve) => {
    let socket: WebSocket | null = null;
    const client = socketClient(
      gatewayUrl,
      { token: token() },
      {
        lazy: true,
        on: {
          connected: (opened) => {
            socket = opened as WebSocket;
            if (signal.aborted) socket.terminate();
          },
        },
      },
    );
    // Cut without a goodbye, as networks do it.
    signal.addEventListener('abort', () => socket?.terminate());
    const end = () => {
      Promise.resolve(client.dispose()).catch(() => {});
      resolve();
    };
    client.subscribe<Item['data']>(
      { query: EVENTS, variables: { id: roomId, after } },
      { next: (item) => take(item as Item), error: end, complete: end },
    );
  });

const followBySse: Follow = async ({ gatewayUrl, token, roomId }, after, take, signal) => {
  try {
    const answer = await fetch(gatewayUrl, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
        authorization: `Bearer ${token()}`,
      },
      body: JSON.stringify({ query: EVENTS, variables: { id: roomId, after } }),
      signal,
    });
    if (!answer.ok || !answer.body) return;
    let text = '';
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const messages = (text + chunk).split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const data = /^data: ?(.+)$/m.exec(message)?.[1];
        if (data && /^event: ?next$/m.test(message)) take(JSON.parse(data));
      }
    }
  } catch {
    // The connection is gone, which is what this is about.
  }
};
