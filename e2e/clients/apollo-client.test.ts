import { setTimeout as delay } from 'node:timers/promises';
import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  type ObservableQuery,
} from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { until } from '@souk/testkit';
import type { DocumentNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ClientOptions,
  codesOf,
  findsWhatTheGuidePromises,
  RECONNECT_MS,
  type TestedClient,
} from './client-contract.ts';
import { keepPlace, reconnect } from './keep-place-link.ts';
import { useStage } from './stage.ts';

const stage = useStage();

// GraphQLWsLink compares with the browser's WebSocket, which Node has from version 22 on.
globalThis.WebSocket ??= WebSocket as never;

// Without it Apollo Client drops what `... on UserError` selects.
let possibleTypes: Record<string, string[]>;
beforeAll(async () => {
  const data = await stage().souk.ask('{ __schema { types { name possibleTypes { name } } } }');
  possibleTypes = Object.fromEntries(
    data.__schema.types
      .filter((type: NamedType) => type.possibleTypes)
      .map((type: NamedType) => [type.name, type.possibleTypes?.map(({ name }) => name)]),
  );
});
interface NamedType {
  name: string;
  possibleTypes: { name: string }[] | null;
}

const headersOf = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

describe('subscriptions over WebSocket (GraphQLWsLink)', () => {
  findsWhatTheGuidePromises(stage, ({ url, webSocketUrl, token }: ClientOptions) => {
    const socket = createClient({
      url: webSocketUrl,
      webSocketImpl: WebSocket,
      connectionParams: headersOf(token),
      retryAttempts: Infinity,
      retryWait: () => delay(RECONNECT_MS),
      shouldRetry: () => true,
    });
    const link = ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      ApolloLink.from([keepPlace(), new GraphQLWsLink(socket)]),
      new HttpLink({ uri: url, headers: headersOf(token) }),
    );
    return apollo(link, () => socket.dispose());
  });
});

describe('subscriptions over HTTP (HttpLink, multipart)', () => {
  findsWhatTheGuidePromises(stage, ({ url, token }: ClientOptions) => {
    const http = new HttpLink({ uri: url, headers: headersOf(token) });
    const link = ApolloLink.from([
      reconnect({ firstMs: RECONNECT_MS, longestMs: RECONNECT_MS }),
      keepPlace(),
      http,
    ]);
    return apollo(link, () => {});
  });
});

const PAGE = gql`query Page {
  viewer { user { id displayName ... @defer(label: "Presence") { presence { status } } } }
}`;

const LATEST = gql`query Latest($room: ID!) {
  room(id: $room) {
    id
    messages(first: 3) {
      edges @stream(initialCount: 1, label: "Messages") {
        node { id text author { id displayName } }
      }
    }
  }
}`;
type Result = ObservableQuery.Result<unknown>;
interface Latest {
  room: { messages: { edges: { node: unknown }[] } };
}

describe.each([
  ['incrementalSpec=v0.2', GraphQL17Alpha9Handler],
  ['deferSpec=20220824', Defer20220824Handler],
])('answers in parts (HttpLink, %s)', (specification, Handler) => {
  /** All that a query that is watched has shown, and how many parts there were. */
  const watch = async (query: DocumentNode, variables: Record<string, unknown> = {}) => {
    const { souk, ada } = stage();
    const reading: Promise<string>[] = [];
    const spy: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      expect(response.headers.get('content-type')).toContain(specification);
      reading.push(response.clone().text());
      return response;
    };
    const uri = `${souk.url}/graphql`;
    const link = new HttpLink({ uri, headers: headersOf(ada.token), fetch: spy });
    const cache = new InMemoryCache({ possibleTypes });
    const client = new ApolloClient({ link, cache, incrementalHandler: new Handler() });
    const seen: Result[] = [];
    const following = client
      .watchQuery({ query, variables })
      .subscribe((result) => void seen.push(result));
    // For the cache, a list with more items to come is complete.
    await until(() => seen.at(-1)?.loading === false);
    expect(seen.at(-1)?.error).toBeUndefined();
    expect(seen.at(-1)?.dataState).toBe('complete');
    following.unsubscribe();
    client.stop();
    const bodies = await Promise.all(reading);
    return { seen, parts: bodies.map((body) => body.split('"hasNext"').length - 1) };
  };

  test('deferred parts arrive after the rest, and together they equal the plain answer', async () => {
    const { ada } = stage();
    const { seen, parts } = await watch(PAGE);
    expect(parts).toEqual([2]);
    const user = { id: ada.id, displayName: 'Ada Lovelace' };
    expect(seen.at(-1)?.data).toMatchObject({
      viewer: { user: { ...user, presence: { status: expect.any(String) } } },
    });
  });

  test('the first items of a list are shown before the others, which are put behind them', async () => {
    const { ada, bo, openRoom } = stage();
    const room = await openRoom();
    for (const [person, text] of [
      [ada, 'One'],
      [bo, 'Two'],
      [ada, 'Three'],
    ] as const) {
      await room.say(person, text);
    }
    const { seen, parts } = await watch(LATEST, { room: room.id });
    expect(parts).toEqual([2]);
    const shown = seen
      .filter(({ data }) => data)
      .map(({ data }) => (data as Latest).room.messages.edges.map(({ node }) => node));
    const said = (text: string, displayName: string) => ({ text, author: { displayName } });
    const [one, two, three] = [
      said('One', 'Ada Lovelace'),
      said('Two', 'Bo Diddley'),
      said('Three', 'Ada Lovelace'),
    ];
    expect(shown[0]).toMatchObject([one]);
    expect(shown[0]).toHaveLength(1);
    expect(shown.at(-1)).toMatchObject([one, two, three]);
  });
});

function apollo(link: ApolloLink, disconnect: () => void | Promise<void>): TestedClient {
  const cache = new InMemoryCache({
    possibleTypes,
    // Each event is a result of its own; the thing it is about is in the cache under its own id.
    typePolicies: { StreamEvent: { merge: false } },
  });
  const client = new ApolloClient({ link, cache });
  return {
    ask: async (operation, variables) => {
      const document = gql(operation);
      const { data, error } = operation.startsWith('mutation')
        ? await client.mutate({ mutation: document, variables, errorPolicy: 'all' })
        : await client.query({ query: document, variables, errorPolicy: 'all' });
      return { data, codes: error ? codesIn(error) : [] };
    },
    subscribe: (query, variables, { next, failed, completed }) => {
      const subscription = client.subscribe({ query: gql(query), variables }).subscribe({
        next: ({ data, error }) => (error ? failed(codesIn(error)) : next(data)),
        error: (error) => failed(codesIn(error)),
        complete: completed,
      });
      return () => subscription.unsubscribe();
    },
    close: async () => {
      client.stop();
      await disconnect();
    },
  };
}

const codesIn = (error: unknown): string[] =>
  CombinedGraphQLErrors.is(error) ? codesOf(error.errors) : [];
