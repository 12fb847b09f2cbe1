import { randomUUID } from 'node:crypto';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { SEND_MESSAGE, type Stage } from './stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Fields = any;

export interface ClientAnswer {
  readonly data: Fields;
  /** Codes of the top-level errors. */
  readonly codes: readonly string[];
}

export interface ClientListener {
  next(data: Fields): void;
  /** It ended with errors of these codes, or for another reason with none. */
  failed(codes: readonly string[]): void;
  completed(): void;
}

/** A client library as an application uses it. */
export interface TestedClient {
  ask(operation: string, variables?: Record<string, unknown>): Promise<ClientAnswer>;
  /** Follows a stream, and continues after the last event when the connection was lost. */
  subscribe(
    operation: string,
    variables: Record<string, unknown>,
    listener: ClientListener,
  ): () => void;
  close(): void | Promise<void>;
}

export interface ClientOptions {
  /** Of the endpoint over HTTP. */
  readonly url: string;
  /** The same endpoint for WebSockets. */
  readonly webSocketUrl: string;
  readonly token: string | null;
}

export type ConnectClient = (options: ClientOptions) => TestedClient;

const VIEWER = 'query Viewer { viewer { user { id displayName } } }';
const ROOM_EVENTS = `subscription RoomEvents($roomId: ID!, $after: EventCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    __typename
    ... on MessagePosted { cursor message { id text author { id displayName } } }
    ... on CaughtUp { cursor replayed }
    ... on StreamReset { cursor reason }
  }
}`;

/** Milliseconds a client waits before it connects again, in these tests. */
export const RECONNECT_MS = 50;

/** What every client library must find at the endpoint, whichever transport it takes. */
export function findsWhatTheGuidePromises(stage: () => Stage, connect: ConnectClient): void {
  const open = (token: string | null) => {
    const { line } = stage();
    const url = `${line.url}/graphql`;
    const client = connect({ url, webSocketUrl: url.replace('http', 'ws'), token });
    onTestFinished(() => client.close());
    return client;
  };

  test('a query is answered, and one without a token has its code', async () => {
    const { bo } = stage();
    expect(await open(bo.token).ask(VIEWER)).toMatchObject({
      data: { viewer: { user: { id: bo.id, displayName: 'Bo Diddley' } } },
      codes: [],
    });
    const refused = await open(null).ask(VIEWER);
    expect(refused.codes).toEqual(['UNAUTHENTICATED']);
  });

  test('a mutation changes something, and tells in its payload what it could not', async () => {
    const { bo, openRoom } = stage();
    const client = open(bo.token);
    const room = await openRoom();
    const send = (roomId: string) =>
      client.ask(SEND_MESSAGE, { input: { roomId, clientMessageId: randomUUID(), text: 'Hi' } });
    const { data, codes } = await send(room.id);
    expect(codes).toEqual([]);
    expect(data.sendMessage).toMatchObject({
      message: { text: 'Hi', author: { displayName: 'Bo Diddley' } },
      errors: [],
    });
    const closed = await openRoom({ withBo: false });
    expect((await send(closed.id)).data.sendMessage).toMatchObject({
      message: null,
      errors: [{ __typename: 'NotFoundError', code: 'ROOM_NOT_FOUND' }],
    });
  });

  test('every event of a subscription has what another subgraph knows', async () => {
    const { ada, bo, openRoom } = stage();
    const room = await openRoom();
    const events = follow(open(bo.token), room.id);
    await until(() => events.caughtUp === 1);
    await room.say(ada, 'Tea?');
    await room.say(bo, 'Please.');
    await until(() => events.said.length === 2);
    expect(events.said).toEqual([
      { text: 'Tea?', by: 'Ada Lovelace' },
      { text: 'Please.', by: 'Bo Diddley' },
    ]);
  });

  test('a subscription that is refused ends with its code', async () => {
    const { bo, openRoom } = stage();
    const room = await openRoom({ withBo: false });
    const anonymous = follow(open(null), room.id);
    const stranger = follow(open(bo.token), room.id);
    await until(() => anonymous.failure && stranger.failure);
    expect(anonymous.failure).toEqual(['UNAUTHENTICATED']);
    expect(stranger.failure).toEqual(['ROOM_NOT_FOUND']);
    expect([...anonymous.said, ...stranger.said]).toEqual([]);
  });

  test('after an outage it goes on behind the last event', async () => {
    const { ada, bo, line, openRoom } = stage();
    const room = await openRoom();
    const events = follow(open(bo.token), room.id, room.head);
    await room.say(ada, 'before');
    await until(() => events.said.length === 1);

    line.breakDown();
    await room.say(ada, 'during 1');
    await room.say(ada, 'during 2');
    line.mend();
    await until(() => events.said.length === 3);
    await room.say(ada, 'after');
    await until(() => events.said.length === 4);
    expect(events.texts).toEqual(['before', 'during 1', 'during 2', 'after']);
    expect(events.failure).toBeNull();
  });

  test('cut again and again in mid-sentence, it misses nothing and hears nothing twice', async () => {
    const { ada, bo, line, openRoom } = stage();
    const room = await openRoom();
    const events = follow(open(bo.token), room.id, room.head);
    // Nine each: ten messages in ten seconds are what one person may send to a room.
    const words = Array.from({ length: 18 }, (_, index) => `word ${index + 1}`);
    const connectedBefore = line.connections;
    for (const [index, word] of words.entries()) {
      await room.say(index % 2 === 0 ? ada : bo, word);
      if (index % 4 === 3) {
        await until(() => events.said.length > 0);
        line.cut();
      }
    }
    await until(() => events.texts.includes('word 18'), {
      describe: () => JSON.stringify(events.texts),
    });
    expect(events.texts).toEqual(words);
    expect(line.connections).toBeGreaterThan(connectedBefore + 1);
  });

  test('a stream that ends by itself completes', async () => {
    const { souk, bo, openRoom } = stage();
    const room = await openRoom();
    const events = follow(open(bo.token), room.id);
    await until(() => events.caughtUp === 1);
    const left = await souk.graphql(
      'mutation ($id: ID!) { leaveRoom(roomId: $id) { errors { ... on UserError { code } } } }',
      { id: room.id },
      bo.token,
    );
    expect(left).toMatchObject({ data: { leaveRoom: { errors: [] } } });
    await until(() => events.completed);
    expect(events.resets).toEqual(['ACCESS_CHANGED']);
    expect(events.failure).toBeNull();
  });

  test('one that nobody wants any more is heard no further', async () => {
    const { ada, bo, openRoom } = stage();
    const room = await openRoom();
    const client = open(bo.token);
    const left = follow(client, room.id);
    const kept = follow(client, room.id);
    await until(() => left.caughtUp === 1 && kept.caughtUp === 1);
    left.stop();
    await room.say(ada, 'Anybody there?');
    await until(() => kept.said.length === 1);
    expect(left.said).toEqual([]);
  });
}

function follow(client: TestedClient, roomId: string, after: string | null = null) {
  const seen = {
    said: [] as { text: string; by: string }[],
    caughtUp: 0,
    resets: [] as string[],
    failure: null as readonly string[] | null,
    completed: false,
    stop: () => {},
    get texts() {
      return seen.said.map(({ text }) => text);
    },
  };
  seen.stop = client.subscribe(
    ROOM_EVENTS,
    { roomId, after },
    {
      next: ({ roomEvents: event }) => {
        if (event.__typename === 'CaughtUp') seen.caughtUp += 1;
        if (event.__typename === 'StreamReset') seen.resets.push(event.reason);
        if (event.__typename !== 'MessagePosted') return;
        const { text, author } = event.message;
        seen.said.push({ text, by: author.displayName });
      },
      failed: (codes) => {
        seen.failure = codes;
      },
      completed: () => {
        seen.completed = true;
      },
    },
  );
  onTestFinished(() => seen.stop());
  return seen;
}

/** The codes of errors, as GraphQL servers give them. */
export const codesOf = (
  errors: readonly { extensions?: Readonly<Record<string, unknown>> }[] = [],
): string[] => errors.map(({ extensions }) => String(extensions?.code));
