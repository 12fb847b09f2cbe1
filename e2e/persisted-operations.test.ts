import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { DEMO_PASSWORD } from '@souk/local';
import { collect } from '@souk/testkit';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  CatalogLiveDocument,
  HomeDocument,
  SellerPageDocument,
  SignInDocument,
  StorefrontDocument,
} from './__generated__/operations.ts';
import { type RunningSouk, startSouk } from './running-souk.ts';

// All of Souk with the manifest of one client: that client's operations run, by their ids, and
// no others do.

const manifestFile = fileURLToPath(
  new URL('./__generated__/persisted-query-manifest.json', import.meta.url),
);

let souk: RunningSouk;
beforeAll(async () => {
  souk = await startSouk({
    demo: true,
    persistedOperations: { safelist: { mode: 'enforce', manifestFile } },
  });
});
afterAll(() => souk[Symbol.asyncDispose]());

const idOf = (text: string) => createHash('sha256').update(text).digest('hex');
const byId = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: idOf(text) } });

async function post<Result>(body: object, token: string | null = null) {
  const response = await fetch(`${souk.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as {
    data: Result;
    errors?: { extensions: { code: string } }[];
  };
  return { status: response.status, data, code: errors?.[0]?.extensions.code };
}

/** Sends what a typed document is known by, not the document. */
async function run<Result, Variables extends object>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  token: string | null = null,
): Promise<Result> {
  const { data, code } = await post<Result>(
    { extensions: byId(print(document)), variables },
    token,
  );
  expect(code).toBeUndefined();
  return data;
}

test('a client that sends only ids shops, signs in and comes home', async () => {
  const { products } = await run(StorefrontDocument, { first: 3 });
  expect(products.edges).toHaveLength(3);
  const cards = await run(SellerPageDocument, { first: 1 });
  expect(cards.products.edges[0]?.node.seller?.displayName).toBeTruthy();
  const { login } = await run(SignInDocument, { login: 'ada', password: DEMO_PASSWORD });
  const { viewer } = await run(HomeDocument, {}, login.tokens?.accessToken);
  expect(viewer?.user.displayName).toBe('Ada Okafor');
});

test('the same operation as text is the same operation', async () => {
  const { code, status } = await post({
    query: print(StorefrontDocument),
    variables: { first: 1 },
  });
  expect([status, code]).toEqual([200, undefined]);
});

test.each([
  ['a text nobody was built with', { query: '{ products(first: 1) { totalCount } }' }],
  ['its id', { extensions: byId('{ products(first: 1) { totalCount } }') }],
  ['introspection', { query: '{ __schema { types { name } } }' }],
])('%s does not run', async (_, body) => {
  expect(await post(body)).toEqual({
    status: 400,
    data: undefined,
    code: 'PERSISTED_QUERY_REQUIRED',
  });
});

test('by WebSocket the same operations run, and no others', async () => {
  const client = createClient({
    url: `${souk.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const query = print(CatalogLiveDocument);
  const listed = collect(client.iterate({ query }));
  const [first] = (await listed.atLeast(1)) as {
    data?: { catalogEvents?: { replayed?: number } };
  }[];
  expect(first?.data?.catalogEvents?.replayed).toBe(0);

  const alone = collect(client.iterate({ query: '', extensions: byId(query) }));
  await alone.atLeast(1);
  await alone.stop();

  const other = client.iterate({ query: 'subscription { catalogEvents { __typename } }' });
  await expect(other.next()).rejects.toMatchObject([
    { extensions: { code: 'PERSISTED_QUERY_REQUIRED' } },
  ]);
  await listed.stop();
  await client.dispose();
});
