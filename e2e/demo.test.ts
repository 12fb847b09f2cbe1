import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { DEMO_PASSWORD } from '@souk/local';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HomeDocument, SignInDocument, StorefrontDocument } from './__generated__/operations.ts';
import { type RunningSouk, startSouk } from './running-souk.ts';

let souk: RunningSouk;
beforeAll(async () => {
  souk = await startSouk({ demo: true });
});
afterAll(() => souk[Symbol.asyncDispose]());

/** Sends a typed document as a client would; its variables and its answer have its types. */
const send = <Result, Variables extends object>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  token: string | null = null,
): Promise<Result> => souk.ask(print(document), variables, token);

test('the demo catalogue is there, page by page, each product with its seller', async () => {
  const seen = new Set<string>();
  let after: string | null | undefined = null;
  for (let page = 0; page < 10; page += 1) {
    const { products }: { products: Awaited<ReturnType<typeof storefront>>['products'] } =
      await storefront(after);
    for (const { node } of products.edges) {
      expect(seen.has(node.id)).toBe(false);
      seen.add(node.id);
      expect(node.seller?.displayName).toBeTruthy();
      expect(node.priceRange?.min.minorUnits).toBeGreaterThan(0);
    }
    if (!products.pageInfo.hasNextPage) {
      expect(seen.size).toBe(products.totalCount);
      return;
    }
    after = products.pageInfo.endCursor;
  }
  throw new Error('the catalogue never ends');
});

const storefront = (after: string | null | undefined) =>
  send(StorefrontDocument, { first: 5, after });

test('a demo person signs in and finds groups, and rooms with history and names', async () => {
  const { login } = await send(SignInDocument, { login: 'ada', password: DEMO_PASSWORD });
  const token = login.tokens?.accessToken ?? null;
  const { viewer } = await send(HomeDocument, {}, token);
  expect(viewer?.user.displayName).toBe('Ada Okafor');
  expect(viewer?.groups?.edges.length).toBeGreaterThan(0);
  const talked = viewer?.rooms?.edges.filter(({ node }) => node.lastMessage) ?? [];
  expect(talked.length).toBeGreaterThan(0);
  for (const { node } of talked) expect(node.lastMessage?.author?.displayName).toBeTruthy();
});

test('a wrong password is answered as data, with the same code as an unknown name', async () => {
  const wrong = await send(SignInDocument, { login: 'ada', password: 'not the password' });
  const unknown = await send(SignInDocument, { login: 'nobody', password: 'not the password' });
  expect(wrong.login.tokens).toBeNull();
  expect(wrong.login.errors).toEqual(unknown.login.errors);
});
