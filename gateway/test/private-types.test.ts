import type { Role } from '@souk/runtime/domain';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessRulesOf } from '../src/access/access-rules.ts';
import { viewerFieldsOf } from '../src/access/viewer-fields.ts';
import { compose, createGateway, type Gateway } from '../src/index.ts';
import { tokenFor, verifyTestTokens } from './support/start-toy.ts';
import { local } from './support/toy-shop.ts';
import { UNHURRIED } from './support/unhurried.ts';

const DRAWER = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@requiresScopes", "@tag"])
type Open implements Marked { name: String note: String mark: String }
type Secret implements Lockable @authenticated { name: String must: String! isLocked: Boolean }
type Ledger @requiresScopes(scopes: [["users:read"]]) { name: String }
interface Lockable { isLocked: Boolean }
interface Marked { mark: String @tag(name: "viewer") name: String }
union Thing = Open | Secret | Ledger
type Query { secret: Secret things: [Thing] strict: Thing lockable: Lockable marked: Marked }
`;
const asked: { subgraph: string; query: string }[] = [];
const secret = { __typename: 'Secret', name: 'plan', must: 'stay', isLocked: true };
const sdl = compose([
  { name: 'drawer', url: 'http://drawer.invalid', typeDefs: DRAWER, file: 'drawer.graphql' },
]);
let gateway: Gateway;
beforeAll(async () => {
  const kinds = { __resolveType: ({ __typename }: { __typename: string }) => __typename };
  const things = [
    { __typename: 'Open', name: 'pen', note: 'blue' },
    secret,
    { __typename: 'Ledger', name: 'sums' },
  ];
  const drawer = local('drawer', DRAWER, asked, {
    Thing: kinds,
    Lockable: kinds,
    Marked: kinds,
    Query: {
      secret: () => secret,
      things: () => things,
      strict: () => secret,
      lockable: () => secret,
      marked: () => things[0],
    },
  });
  gateway = await createGateway({
    ...UNHURRIED,
    supergraphSdl: sdl,
    subgraphs: { drawer },
    verifyAccessToken: await verifyTestTokens(),
    port: 0,
  });
});
afterAll(() => gateway.close());

async function ask(query: string, roles?: Role[]) {
  const authorization = roles && `Bearer ${await tokenFor('usr_1', { roles })}`;
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
  const { data, errors } = (await response.json()) as any;
  const codes = errors?.map(
    ({ path, extensions }: { path: unknown[]; extensions: { code: string } }) =>
      `${path.join('.')}: ${extensions.code}`,
  );
  return { data, codes };
}

const THINGS = `{ things {
  ... on Open { name note } ...secret ... on Ledger { name } } }
  fragment secret on Secret { name }`;

describe('the rule of a type holds', () => {
  test('for a field that returns it', async () => {
    expect(await ask('{ secret { name } }')).toEqual({
      data: { secret: null },
      codes: ['secret: UNAUTHENTICATED'],
    });
  });

  test('for its fields behind a union, and the rest is answered', async () => {
    asked.length = 0;
    expect(await ask(THINGS)).toEqual({
      data: { things: [{ name: 'pen', note: 'blue' }, { name: null }, { name: null }] },
      codes: ['things.1.name: UNAUTHENTICATED', 'things.2.name: UNAUTHENTICATED'],
    });
    expect(asked.map(({ query }) => query).join()).not.toMatch(
      /on (Secret|Ledger) ?{[^}]*\bname\b/,
    );
  });

  test('by its scopes too', async () => {
    expect(await ask(THINGS, ['CUSTOMER'])).toEqual({
      data: { things: [{ name: 'pen', note: 'blue' }, { name: 'plan' }, { name: null }] },
      codes: ['things.2.name: FORBIDDEN'],
    });
    expect((await ask(THINGS, ['SUPPORT'])).data.things[2]).toEqual({ name: 'sums' });
  });

  test('where it may not be null, for its parent', async () => {
    expect(await ask('{ strict { ... on Secret { must } } }')).toEqual({
      data: { strict: null },
      codes: ['strict.must: UNAUTHENTICATED'],
    });
  });

  test('behind its interfaces', async () => {
    const inside = await ask('{ strict { ... on Lockable { isLocked } } }');
    expect(inside).toEqual({
      data: { strict: { isLocked: null } },
      codes: ['strict.isLocked: UNAUTHENTICATED'],
    });
    expect((await ask('{ lockable { isLocked } }')).codes).toEqual(['lockable: UNAUTHENTICATED']);
  });

  test('also where composition has not put it on the interfaces', () => {
    const bare = sdl.replace(/interface Lockable[^}]*}/, (text) =>
      text.replaceAll('@authenticated', ''),
    );
    expect(bare).not.toBe(sdl);
    expect(accessRulesOf(parse(bare)).of('Lockable', 'isLocked')).toEqual([{ scopes: null }]);
  });
});

test('the tag of a viewer’s field holds from an interface for its implementations', () => {
  const supergraph = parse(sdl);
  const fields = viewerFieldsOf(supergraph, accessRulesOf(supergraph));
  expect(fields.has('Marked', 'mark')).toBe(true);
  expect(fields.has('Open', 'mark')).toBe(true);
  expect(fields.has('Open', 'name')).toBe(false);
  expect(fields.has('Secret', 'name')).toBe(true);
});
