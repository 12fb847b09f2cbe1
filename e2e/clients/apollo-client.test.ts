import { setTimeout as delay } from 'node:timers/promises';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { beforeAll, describe } from 'vitest';
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
  const { data } = await stage().souk.graphql(
    '{ __schema { types { name possibleTypes { name } } } }',
  );
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
