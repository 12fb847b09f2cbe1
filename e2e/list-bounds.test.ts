import { readFileSync } from 'node:fs';
import { argumentOf } from '@souk/runtime/graphql';
import { postOperation, sized } from '@souk/testkit';
import {
  buildSchema,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  Kind,
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
});
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
/** Of a list that does not say how long it is; what is estimated for one in the gateway. */
const ASSUMED = 10;

/** The sizes that a page may be asked in, as they are written; by default there are twenty. */
const SIZES: readonly (readonly [written: string | null, size: number])[] = [
  ...([
    [null, 20],
    ['null', 20],
    ['0', 0],
    ['1', 1],
    ['7', 7],
    ['100', 100],
  ] as const),
];

/** How many may come back of a field at most, and the arguments that it is asked with. */
interface AskedField {
  readonly times: number;
  readonly args: string;
}

/** Arguments with which no more than `most` come back; null where there are none. */
function argumentsOf(field: Field, roll: Roll, most: number): AskedField | null {
  const all = Object.values(market.keys).flat();
  const some = () => JSON.stringify(all[roll(all.length)]);
  const ownKey = () => {
    const own = market.keys[getNamedType(field.type).name];
    return own ? JSON.stringify(own[roll(own.length)]) : some();
  };
  let times = assumedSizeOf(field);
  const given = field.args.flatMap(({ name, type }) => {
    if (name === 'first' || name === 'last') {
      if (name === 'last' && field.args.some((other) => other.name === 'first')) return [];
      const fitting = SIZES.filter(([, size]) => size <= most);
      const [written, size] = fitting[roll(fitting.length)] as (typeof SIZES)[number];
      times = size;
      return written === null ? [] : [`${name}: ${written}`];
    }
    if (name === 'ids') {
      const id = some();
      times = 1 + roll(Math.max(1, Math.min(30, most)));
      return [`ids: [${Array.from({ length: times }, () => (roll(3) ? id : some())).join()}]`];
    }
    if (name === 'id') return [`id: ${ownKey()}`];
    if (name === 'variantId') {
      return [`variantId: ${JSON.stringify(market.keys.ProductVariant?.[0])}`];
    }
    return isRequiredArgument({ type } as never) ? [`${name}: ${some()}`] : [];
  });
  if (times > most) return null;
  return { times, args: given.length > 0 ? `(${given.join(', ')})` : '' };
}

function assumedSizeOf({ type, astNode }: Field): number {
  const listSize = astNode?.directives?.find(({ name }) => name.value === 'listSize');
  if (!listSize) return isListType(getNullableType(type)) ? ASSUMED : 1;
  const said = argumentOf(listSize, 'assumedSize');
  return said?.kind === Kind.INT ? Number(said.value) : ASSUMED;
}

let aliases = 0;
/** Of the many types that there may be, those that the market has. */
const kindsOf = (type: GraphQLAbstractType, roll: Roll): readonly GraphQLObjectType[] =>
  schema.getPossibleTypes(type).filter(({ name }) => name in market.keys && roll(2) === 0);

/** Where an operation begins: what leads to something, for a seller in the market. */
const ROOTS: ReadonlySet<string> = new Set([
  ...['products', 'product', 'variant', 'seller', 'groups', 'group', 'viewer', 'room', 'order'],
  ...['node', 'nodes', 'message', 'category', 'categories', 'stockMovements', 'user'],
]);

/** A random selection of which no more than `most` objects come back. */
function selectionOf(type: GraphQLObjectType, depth: number, roll: Roll, most: number): string {
  const fields = Object.values(type.getFields()).filter(
    ({ name }) => !NOT_ASKED.test(name) && (type !== schema.getQueryType() || ROOTS.has(name)),
  );
  const leaf = fields.find(
    (field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument),
  );
  const parts = ['__typename', ...(leaf ? [leaf.name] : [])];
  const inner = fields.filter((field) => isCompositeType(getNamedType(field.type)));
  // Pages are what multiplies, so their edges and nodes are always followed.
  const isPage = /(Connection|Edge)$/.test(type.name);
  const always = inner.filter(({ name }) => isPage && /^(edges|node)$/.test(name));
  const rolled = always.length > 0 || depth <= 0 ? [] : inner;
  const chosen = [...always, ...rolled.filter(() => roll(Math.max(1, rolled.length)) < 2)];
  const followed = chosen.slice(0, 3);
  for (const field of followed) {
    const isEdges = field.name === 'edges';
    const share = Math.floor(most / followed.length) - 1;
    if (share < 1) break;
    // The size of a page was said where the page was asked for.
    const asked = isEdges ? { times: 1, args: '' } : argumentsOf(field, roll, share);
    if (!asked) continue;
    const rest = Math.floor(share / Math.max(1, asked.times));
    const next = getNamedType(field.type);
    const below = isAbstractType(next)
      ? kindsOf(next, roll)
          .map(
            (possible) =>
              `... on ${possible.name} { ${selectionOf(possible, depth - 1, roll, rest)} }`,
          )
          .join(' ')
      : isObjectType(next)
        ? selectionOf(next, always.length > 0 ? depth : depth - 1, roll, rest)
        : '';
    aliases += 1;
    parts.push(`a${aliases}: ${field.name}${asked.args} { __typename ${below} }`);
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

/** Random operations that are asked, each of a size that may be. */
const OPERATIONS = sized({ suite: 40, soak: 400 });
/** Objects that may come back of one: as many as no operation is refused for. */
const MOST_OBJECTS = 3_000;

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

test('an answer never holds more objects than the estimate', async () => {
  const pages = new Map<string, number>();
  let most = 0;
  let refused = 0;
  for (let seed = 1; seed <= OPERATIONS; seed += 1) {
    aliases = 0;
    const roll = dice(seed);
    const root = schema.getQueryType() as GraphQLObjectType;
    const query = `{ ${selectionOf(root, 2 + roll(4), roll, MOST_OBJECTS)} }`;
    const { data, status, extensions } = await ask(query);
    expect(status, query).toBe(200);
    // Some of the fields are for staff, and may not be null.
    if (!data) {
      refused += 1;
      continue;
    }
    const objects = objectsIn(data) - 1;
    most = Math.max(most, objects);
    expect(objects, query).toBeLessThanOrEqual(extensions.cost.estimated);
    longestPagesIn(data, pages);
  }
  expect(refused).toBeLessThan(OPERATIONS / 4);
  // They say something: there were many objects, and pages beyond the default.
  expect(most).toBeGreaterThan(100);
  expect(Math.max(0, ...pages.values())).toBeGreaterThan(20);
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
