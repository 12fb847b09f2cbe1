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
import { answersRepeatedMutations } from './repeated-mutation.ts';
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

answersRepeatedMutations(stage, async ({ souk }, operation, token) => {
  const client = createClient({
    url: `${souk.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const results = [];
  for await (const result of client.iterate(operation)) results.push(result);
  await client.dispose();
  expect(results).toEqual([{ data: expect.any(Object) }]);
  return results[0]?.data;
});

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
