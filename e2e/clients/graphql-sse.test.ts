import { setTimeout as delay } from 'node:timers/promises';
import { createClient, NetworkError } from 'graphql-sse';
import { expect, test } from 'vitest';
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
  const { url, token } = options;
  const client = createClient({
    url,
    headers: () => (token === null ? {} : { authorization: `Bearer ${token}` }) as never,
    retryAttempts: Infinity,
    retry: () => delay(RECONNECT_MS),
  });
  return {
    ask: askByFetch(options),
    subscribe: (query, variables, { next, failed, completed }) =>
      subscribeKeepingPlace(
        client,
        { query, variables },
        {
          // A refusal is the stream's only result.
          next: ({ data, errors }) => (data ? next(data) : failed(codesOf(errors))),
          error: () => failed([]),
          complete: completed,
        },
      ),
    close: () => client.dispose(),
  };
};

findsWhatTheGuidePromises(stage, connect);

answersRepeatedMutations(stage, async ({ souk }, operation, token) => {
  const client = createClient({
    url: `${souk.url}/graphql`,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const results = [];
  for await (const result of client.iterate(operation)) results.push(result);
  client.dispose();
  expect(results).toEqual([{ data: expect.any(Object) }]);
  return results[0]?.data;
});

test('a bad token is a failed response, which is no reason to try again for ever', async () => {
  const { souk } = stage();
  const client = createClient({
    url: `${souk.url}/graphql`,
    headers: { authorization: 'Bearer a.b.c' },
    retryAttempts: 0,
  });
  const failed = await new Promise<unknown>((resolve) =>
    client.subscribe(
      { query: 'subscription { accountEvents { __typename } }' },
      { next: resolve, error: resolve, complete: () => resolve(null) },
    ),
  );
  expect(failed).toBeInstanceOf(NetworkError);
  expect((failed as NetworkError).response?.status).toBe(401);
  client.dispose();
});
