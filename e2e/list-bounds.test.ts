import { readFileSync } from 'node:fs';
import { postOperation, sized } from '@souk/testkit';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CrowdedMarket, openCrowdedMarket } from './crowded-market.ts';
import { type Answer, type RunningSouk, startSouk } from './running-souk.ts';

// Over the whole graph, with more in every list than fits a page: what was estimated is enough.

const ROOT = new URL('../', import.meta.url);
const supergraph = readFileSync(new URL('gateway/supergraph.graphql', ROOT), 'utf8');
const schema = buildSchema(supergraph, { assumeValid: true });

const SETTINGS = {
  // What is refused for its size says nothing of estimates; what is refused for its cost does.
  LIMIT_TOKENS: '10000',
  LIMIT_HEIGHT: '5000',
  LIMIT_ALIASES: '1000',
  LIMIT_DEPTH: '30',
  ...Object.fromEntries(
    ['ADDRESS', 'VIEWER', 'COST', 'REGISTER', 'SECRET'].map((name) => [
      `LIMIT_RATE_${name}`,
      'off',
    ]),
  ),
  // One seller opens all the rooms and groups, and brings everybody into each.
  CHAT_ROOMS_PER_WINDOW: '1000',
  CHAT_STRANGERS_PER_WINDOW: '1000',
  GROUPS_PER_WINDOW: '1000',
  ORDERS_PER_WINDOW: '1000',
};

let souk: RunningSouk;
let market: CrowdedMarket;
beforeAll(async () => {
  souk = await startSouk({ settings: SETTINGS });
  market = await openCrowdedMarket(souk);
}, 240_000);
afterAll(() => souk[Symbol.asyncDispose]());

type Field = GraphQLField<unknown, unknown>;

/** A repeatable dice (mulberry32), whose throws do not depend on those before. */
function dice(seed: number) {
  let state = Math.imul(seed, 0x9e3779b1);
  return (sides: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) % sides;
  };
}
type Roll = ReturnType<typeof dice>;

const NOT_ASKED = /^(_|shareable$|viewerByToken)/;

function argumentsOf(field: Field, roll: Roll): string {
  const all = Object.values(market.keys).flat();
  const some = () => JSON.stringify(all[roll(all.length)]);
  const ownKey = () => {
    const own = market.keys[getNamedType(field.type).name];
    return own ? JSON.stringify(own[roll(own.length)]) : some();
  };
  const given = field.args.flatMap(({ name, type }) => {
    if (name === 'first' || name === 'last') {
      if (name === 'last' && field.args.some((other) => other.name === 'first')) return [];
      const size = [null, 'null', 0, 1, 7, 100][roll(6)];
      return size === null ? [] : [`${name}: ${size}`];
    }
    if (name === 'ids') {
      const id = some();
      return [
        `ids: [${Array.from({ length: 1 + roll(30) }, () => (roll(3) ? id : some())).join()}]`,
      ];
    }
    if (name === 'id') return [`id: ${ownKey()}`];
    if (name === 'variantId') {
      return [`variantId: ${JSON.stringify(market.keys.ProductVariant?.[0])}`];
    }
    return isRequiredArgument({ type } as never) ? [`${name}: ${some()}`] : [];
  });
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

let aliases = 0;
function selectionOf(type: GraphQLObjectType, depth: number, roll: Roll): string {
  const fields = Object.values(type.getFields()).filter(({ name }) => !NOT_ASKED.test(name));
  const leaf = fields.find(
    (field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument),
  );
  const parts = ['__typename', ...(leaf ? [leaf.name] : [])];
  const inner = fields.filter((field) => isCompositeType(getNamedType(field.type)));
  // Pages are what multiplies, so their edges and nodes are always followed.
  const always = inner.filter(({ name }) => name === 'edges' || name === 'node');
  const rolled = always.length > 0 || depth <= 0 ? [] : inner;
  const chosen = [...always, ...rolled.filter(() => roll(Math.max(1, rolled.length)) < 2)];
  for (const field of chosen.slice(0, 3)) {
    const next = getNamedType(field.type);
    const below = isAbstractType(next)
      ? schema
          .getPossibleTypes(next)
          .filter(() => roll(3) === 0)
          .map(
            (possible) => `... on ${possible.name} { ${selectionOf(possible, depth - 1, roll)} }`,
          )
          .join(' ')
      : isObjectType(next)
        ? selectionOf(next, always.length > 0 ? depth : depth - 1, roll)
        : '';
    aliases += 1;
    parts.push(`a${aliases}: ${field.name}${argumentsOf(field, roll)} { __typename ${below} }`);
  }
  return parts.join(' ');
}

const objectsIn = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + objectsIn(inner), own);
};

interface Costed extends Answer {
  extensions: { cost: { estimated: number } };
}

/** Asks in the seller's name, and what it was estimated to cost. */
async function ask(query: string): Promise<Costed> {
  const told = { 'x-graphql-cost': '1' };
  return (await postOperation(souk.url, query, {}, market.seller.token, told)) as never;
}

/** So many random operations have to be answered; most are refused for what they may cost. */
const ENOUGH = sized({ suite: 40, soak: 120 });

/** The most edges that came back in one page, by the type of the connection. */
function longestPagesIn(data: unknown, into: Map<string, number>): void {
  if (typeof data !== 'object' || data === null) return;
  const { __typename: name } = data as { __typename?: string };
  for (const inner of Object.values(data)) {
    if (name?.endsWith('Connection') && Array.isArray(inner)) {
      into.set(name, Math.max(into.get(name) ?? 0, inner.length));
    }
    longestPagesIn(inner, into);
  }
}

test('what comes back is never more than was estimated', { timeout: 240_000 }, async () => {
  const pages = new Map<string, number>();
  let answered = 0;
  let most = 0;
  const longestPage = () => Math.max(0, ...pages.values());
  // Until enough was answered to say something: many objects, and pages beyond the default.
  const isEnough = () => answered >= ENOUGH && most > 100 && longestPage() > 20;
  for (let seed = 1; !isEnough() && seed < 2_000; seed += 1) {
    aliases = 0;
    const roll = dice(seed);
    const query = `{ ${selectionOf(schema.getQueryType() as GraphQLObjectType, 2 + roll(4), roll)} }`;
    const { data, status, extensions } = await ask(query);
    // Refused for what it may cost, or how large it is: nothing came back.
    if (status !== 200 || !data) continue;
    answered += 1;
    const objects = objectsIn(data) - 1;
    most = Math.max(most, objects);
    expect(objects, query).toBeLessThanOrEqual(extensions.cost.estimated);
    longestPagesIn(data, pages);
  }
  expect(answered).toBeGreaterThanOrEqual(ENOUGH);
  expect(most).toBeGreaterThan(100);
  expect(longestPage()).toBeGreaterThan(20);
});

/** Each of them has more than 20 to tell. */
const CROWDED: Record<string, () => string> = {
  products: () => '{ page: products(SIZE) { edges { node { id } } } }',
  'products > variants': () =>
    `{ on: product(id: "${market.keys.Product?.[0]}") { page: variants(SIZE) { edges { node { id } } } } }`,
  'seller > products': () =>
    `{ on: seller(id: "${market.keys.Seller?.[0]}") { page: products(SIZE) { edges { node { id } } } } }`,
  groups: () => '{ page: groups(SIZE) { edges { node { id } } } }',
  'group > members': () =>
    `{ on: group(id: "${market.keys.Group?.[0]}") { page: members(SIZE) { edges { node { id } } } } }`,
  'viewer > groups': () => '{ on: viewer { page: groups(SIZE) { edges { node { id } } } } }',
  'viewer > rooms': () => '{ on: viewer { page: rooms(SIZE) { edges { node { id } } } } }',
  'room > participants': () =>
    `{ on: room(id: "${market.keys.Room?.[0]}") { page: participants(SIZE) { edges { node { user { id } } } } } }`,
  'room > messages': () =>
    `{ on: room(id: "${market.keys.Room?.[0]}") { page: messages(SIZE) { edges { node { id } } } } }`,
  stockMovements: () =>
    `{ page: stockMovements(variantId: "${market.keys.ProductVariant?.[0]}" SIZE) { edges { node { id } } } }`,
};

test.each(Object.keys(CROWDED))('%s: 20 by default and for null, 100 at most', async (name) => {
  const query = (size: string) =>
    (CROWDED[name]?.() ?? '').replace('(SIZE)', size && `(${size})`).replace('SIZE', size);
  const lengthFor = async (size: string) => {
    const { data, errors } = await ask(query(size));
    expect(errors).toBeUndefined();
    return (data.on ?? data).page.edges.length;
  };
  expect(await lengthFor('')).toBe(20);
  expect(await lengthFor('first: null')).toBe(20);
  expect(await lengthFor('first: 21')).toBe(21);
  expect((await ask(query('first: 101'))).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('one id a hundred times is looked up once, answered a hundred times, and counted so', async () => {
  const id = JSON.stringify(market.keys.Product?.[0]);
  const query = `{ nodes(ids: [${Array(100).fill(id).join()}]) { ... on Product { title variants(first: 10) { edges { node { sku } } } } } }`;
  const { data, extensions } = await ask(query);
  expect(data.nodes).toHaveLength(100);
  expect(new Set(data.nodes.map((node: object) => JSON.stringify(node))).size).toBe(1);
  expect(objectsIn(data) - 1).toBeLessThanOrEqual(extensions.cost.estimated);
});
