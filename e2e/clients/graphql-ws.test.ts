import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@souk/testkit';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ConnectClient,
  codesOf,
  findsWhatTheGuidePromises,
  RECONNECT_MS,
} from './client-contract.ts';
import { subscribeKeepingPlace } from './keep-place.ts';
import { askByFetch } from './plain-fetch.ts';
import { useStage } from './stage.ts';

const stage = useStage();

const connect: ConnectClient = (options) => {
  const { webSocketUrl, token } = options;
  const client = createClient({
    url: webSocketUrl,
    webSocketImpl: WebSocket,
    connectionParams: () => (token === null ? {} : { authorization: `Bearer ${token}` }),
    retryAttempts: Infinity,
    retryWait: () => delay(RECONNECT_MS),
    shouldRetry: () => true,
  });
  return {
    ask: askByFetch(options),
    subscribe: (query, variables, { next, failed, completed }) =>
      subscribeKeepingPlace(
        client,
        { query, variables },
        {
          next: ({ data }) => next(data),
          error: (error) => failed(Array.isArray(error) ? codesOf(error) : []),
          complete: completed,
        },
      ),
    close: () => client.dispose(),
  };
};

findsWhatTheGuidePromises(stage, connect);

test('a query on the socket is answered there', async () => {
  const { souk } = stage();
  const client = createClient({
    url: `${souk.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  });
  const results: unknown[] = [];
  client.subscribe(
    { query: '{ __typename }' },
    {
      next: ({ data }) => results.push(data),
      error: (error) => results.push(error),
      complete: () => {},
    },
  );
  expect(await until(() => results[0])).toEqual({ __typename: 'Query' });
  await client.dispose();
});
