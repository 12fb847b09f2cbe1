import { setTimeout as delay } from 'node:timers/promises';
import { Client, type CombinedError, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { describe } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ClientOptions,
  codesOf,
  findsWhatTheGuidePromises,
  RECONNECT_MS,
  type TestedClient,
} from './client-contract.ts';
import { type SubscribingClient, subscribeKeepingPlace } from './keep-place.ts';
import { useStage } from './stage.ts';

const stage = useStage();

const headersOf = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

describe('subscriptions over WebSocket (graphql-ws)', () => {
  findsWhatTheGuidePromises(stage, (options) => {
    const socket = createSocketClient({
      url: options.webSocketUrl,
      webSocketImpl: WebSocket,
      connectionParams: headersOf(options.token),
      retryAttempts: Infinity,
      retryWait: () => delay(RECONNECT_MS),
      shouldRetry: () => true,
    });
    return urql(options, socket, () => socket.dispose());
  });
});

describe('subscriptions over server-sent events (graphql-sse)', () => {
  findsWhatTheGuidePromises(stage, (options) => {
    const events = createEventStreamClient({
      url: options.url,
      headers: headersOf(options.token),
      retryAttempts: Infinity,
      retry: () => delay(RECONNECT_MS),
    });
    return urql(options, events, () => events.dispose());
  });
});

function urql(
  { url, token }: ClientOptions,
  streams: SubscribingClient,
  close: () => void | Promise<void>,
): TestedClient {
  const client = new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers: headersOf(token) },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {} }) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribeKeepingPlace(streams, { query, variables }, sink),
          }),
        }),
      }),
    ],
  });
  return {
    ask: async (operation, variables = {}) => {
      const { data, error } = operation.startsWith('mutation')
        ? await client.mutation(operation, variables)
        : await client.query(operation, variables);
      return { data, codes: codesIn(error) };
    },
    subscribe: (operation, variables, { next, failed, completed }) => {
      const { unsubscribe } = client
        .subscription(operation, variables)
        .subscribe(({ data, error, hasNext }) => {
          if (error) failed(codesIn(error));
          // urql tells the end by giving the last event once more.
          else if (hasNext === false) completed();
          else next(data);
        });
      return unsubscribe;
    },
    close,
  };
}

const codesIn = (error: CombinedError | undefined): string[] => codesOf(error?.graphQLErrors);
