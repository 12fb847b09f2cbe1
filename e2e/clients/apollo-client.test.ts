import { setTimeout as delay } from 'node:timers/promises';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { until } from '@souk/testkit';
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

describe.each([
  ['incrementalSpec=v0.2', GraphQL17Alpha9Handler],
  ['deferSpec=20220824', Defer20220824Handler],
])('answers in parts (HttpLink, %s)', (specification, Handler) => {
  test('what is deferred comes behind the rest, and both make the plain answer', async () => {
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
    const seen: { dataState: string; data: unknown }[] = [];
    const following = client.watchQuery({ query: PAGE }).subscribe(({ dataState, data }) => {
      seen.push({ dataState, data });
    });
    await until(() => seen.at(-1)?.dataState === 'complete');
    following.unsubscribe();
    client.stop();
    const bodies = await Promise.all(reading);
    expect(bodies.map((body) => body.split('"hasNext"').length)).toEqual([3]);
    const user = { id: ada.id, displayName: 'Ada Lovelace' };
    expect(seen.at(-1)?.data).toMatchObject({
      viewer: { user: { ...user, presence: { status: expect.any(String) } } },
    });
  });
});

function apollo(link: ApolloLink, disconnect: () => void | Promise<void>): TestedClient {
  const cache = new InMemoryCache({
    possibleTypes,
    // Each event stands for itself; what it is about is in the cache under its own id.
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
