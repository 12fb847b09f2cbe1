import { pruneRows } from '@souk/runtime/persistence';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedCriteria } from '../src/domain/listing.ts';
import { createClient } from '../src/persistence/client.ts';
import { createFacetStore } from '../src/persistence/facet-store.ts';
import { SEARCH_BOUNDS } from '../src/persistence/listing-search.ts';
import { unusedWords } from '../src/persistence/unused-words.ts';
import { CREATE_CATEGORY, eur, list, sellerIdOf, startProducts, UPDATE } from './catalogue.ts';

let graph: StartedSubgraph;
let categoryId: string;
const [one, other] = [as('facet-one'), as('facet-two')];
const sizes = (...values: string[]) => ({
  options: [{ name: 'Size', values }],
  variants: values.map((value) => ({
    ...{ sku: `F-${Math.random()}`, price: eur(1000), openingStock: value === 'XXL' ? 0 : 3 },
    selectedOptions: [{ name: 'Size', value }],
  })),
});
beforeAll(async () => {
  graph = await startProducts();
  const created = await graph.execute(
    CREATE_CATEGORY,
    ...[{ input: { name: 'Shirts' } }, as('boss', 'ADMIN')],
  );
  categoryId = created.data.createCategory.category.id;
  const given = { categoryIds: [categoryId] };
  await list(graph, { title: 'Linen shirt', ...sizes('S', 'M'), ...given }, one);
  await list(graph, { title: 'Cotton shirt', ...sizes('M', 'L'), ...given }, one);
  await list(graph, { title: 'Woollen shirt', ...sizes('XXL') }, other);
  await list(graph, { title: 'Copper lantern', description: 'Hammered.' }, other);
  await list(graph, { title: 'Clandestine project', status: 'DRAFT' }, other);
});
afterAll(() => graph[Symbol.asyncDispose]());

const find = async (query: string | null, filter: object | null = null, more: object = {}) => {
  const document = `query ($query: String, $filter: ProductFilter, $first: Int, $after: String) {
    products(query: $query, filter: $filter, first: $first, after: $after, sort: TITLE) {
      totalCount correctedQuery edges { node { id title } } pageInfo { hasNextPage endCursor }
      facets { kind name label buckets { value label count selected } } } }`;
  const { data, errors } = await graph.execute(document, { query, filter, ...more });
  expect(errors).toBeUndefined();
  return data.products;
};
const titles = ({ edges }: { edges: { node: { title: string } }[] }) =>
  edges.map(({ node }) => node.title);
const counts = ({ facets }: Awaited<ReturnType<typeof find>>, kind: string, name = '') => {
  const facet = facets.find(
    (each: { kind: string; name: string }) => each.kind === kind && each.name === name,
  );
  return Object.fromEntries(
    (facet?.buckets ?? []).map(({ label, count }: { label: string; count: number }) => [
      label,
      count,
    ]),
  );
};

describe('facets', () => {
  test('count the products of each value', async () => {
    const found = await find('shirt');
    expect(counts(found, 'CATEGORY')).toEqual({ Shirts: 2 });
    expect(Object.values(counts(found, 'SELLER'))).toEqual([2, 1]);
    expect(counts(found, 'OPTION', 'Size')).toEqual({ M: 2, L: 1, S: 1, XXL: 1 });
    expect(counts(found, 'AVAILABILITY')).toEqual({ 'In stock': 2, 'Sold out': 1 });
    const soldOut = await find('shirt', { availabilities: ['OUT'] });
    expect(titles(soldOut)).toEqual(['Woollen shirt']);
    // Beside what is chosen stands how many there would be of the others.
    expect(counts(soldOut, 'AVAILABILITY')).toEqual({ 'In stock': 2, 'Sold out': 1 });
    expect(counts(await find(null), 'AVAILABILITY')).toEqual({ 'In stock': 3, 'Sold out': 1 });
    const labels = found.facets.map(({ label }: { label: string }) => label);
    expect(labels).toEqual(expect.arrayContaining(['Category', 'Price (EUR)', 'Size']));
  });

  test('count the values of a facet without its own filter, and mark chosen ones', async () => {
    const options = [{ name: 'Size', values: ['S'] }];
    const found = await find(null, { options, sellerIds: [sellerIdOf(one)] });
    expect(titles(found)).toEqual(['Linen shirt']);
    expect(counts(found, 'OPTION', 'Size')).toEqual({ M: 2, L: 1, S: 1 });
    expect(counts(found, 'CATEGORY')).toEqual({ Shirts: 1 });
    const chosen = found.facets.flatMap(
      ({ buckets }: { buckets: { label: string; selected: boolean }[] }) =>
        buckets.filter(({ selected }) => selected).map(({ label }) => label),
    );
    expect(chosen).toHaveLength(2);
    expect(chosen).toContain('S');
  });

  test('count prices in ranges of one currency, each usable as a filter', async () => {
    const [price] = (await find('shirt')).facets.filter(
      ({ kind }: { kind: string }) => kind === 'PRICE',
    );
    expect(price).toEqual({
      ...{ kind: 'PRICE', name: 'EUR', label: 'Price (EUR)' },
      buckets: [{ value: '1000-1999', label: '€10.00 – €19.99', count: 3, selected: false }],
    });
    await list(graph, {
      ...{ title: 'Patchwork shirt', options: [{ name: 'Size', values: ['S', 'L'] }] },
      variants: ['S', 'L'].map((value, index) => ({
        ...{ sku: `P-${value}`, price: eur([1_500, 50][index] as number) },
        selectedOptions: [{ name: 'Size', value }],
      })),
    });
    const range = { currency: 'EUR', minMinorUnits: 1_000, maxMinorUnits: 1_999 };
    const found = await find('shirt', { price: range });
    const buckets = found.facets.find(({ kind }: { kind: string }) => kind === 'PRICE').buckets;
    expect(buckets).toMatchObject([
      { value: '0-99', count: 1, selected: false },
      { value: '1000-1999', count: 4, selected: true },
    ]);
    expect(found.totalCount).toBe(4);
    expect(
      (await find('shirt', { price: { currency: 'EUR', maxMinorUnits: 99 } })).totalCount,
    ).toBe(1);
    const [{ id }] = (await find('patchwork')).edges.map(
      ({ node }: { node: { id: string } }) => node,
    );
    await graph.execute(UPDATE, { input: { id, status: 'ARCHIVED' } }, as('sela'));
  });

  test('cost as many statements for one product as for all', async () => {
    const few = await graph.statementsOf(() => find('lantern'));
    expect((await graph.statementsOf(() => find('shirt'))).length).toBe(few.length);
    expect(few.length).toBeLessThanOrEqual(18);
  });
});

test('one variant has a value of each option that is asked for', async () => {
  const option = (name: string, value: string) => ({ name, value });
  const variant = (size: string, colour: string) => ({
    ...{ sku: `${size}-${colour}`, price: eur(5) },
    selectedOptions: [option('Size', size), option('Colour', colour)],
  });
  await list(graph, {
    title: 'Scarf',
    options: [
      { name: 'Size', values: ['S', 'L'] },
      { name: 'Colour', values: ['Red', 'Blue'] },
    ],
    variants: [variant('S', 'Red'), variant('L', 'Blue')],
  });
  const found = async (size: string, colour: string) =>
    titles(
      await find(null, {
        options: [
          { name: 'Size', values: [size] },
          { name: 'Colour', values: [colour] },
        ],
      }),
    );
  expect(await found('S', 'Red')).toEqual(['Scarf']);
  expect(await found('S', 'Blue')).toEqual([]);
});

test('of more products than are counted, the facets are those of some', async () => {
  const client = createClient(graph.databaseUrl);
  const criteria = checkedCriteria('shirt', null);
  const request = { criteria, drafts: { sellerIds: [], all: false } };
  const few = await createFacetStore(client, 2).count('AVAILABILITY', request, 20);
  expect(few.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(few.every(({ approximate }) => approximate)).toBe(true);
  const whole = await createFacetStore(client).count('AVAILABILITY', request, 20);
  expect(whole.some(({ approximate }) => approximate)).toBe(false);
  const shelves = { ...request, criteria: checkedCriteria(null, null) };
  const some = await createFacetStore(client, 3).count('AVAILABILITY', shelves, 20);
  expect(some.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  await client.$disconnect();
});

test.each([
  ['words', null],
  ['words on shelves', { currency: 'EUR' }],
])('of common %s the facets are exact where all products were looked at', async (_, price) => {
  const client = createClient(graph.databaseUrl);
  const criteria = checkedCriteria('shirt', price && { price });
  const request = { criteria, drafts: { sellerIds: [], all: false } };
  const counted = (most: number) => {
    const bounds = { ...SEARCH_BOUNDS, shelved: 1, found: 1, counted: most };
    return createFacetStore(client, 100, bounds).count('AVAILABILITY', request, 20);
  };
  const whole = await counted(100);
  expect(whole.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  expect(whole.every(({ approximate }) => approximate)).toBe(false);
  const some = await counted(3);
  expect(some).not.toEqual([]);
  expect(some.every(({ approximate }) => approximate)).toBe(true);
  await client.$disconnect();
});

describe('what is mistyped', () => {
  test.each([
    ['lantren', 'lantern', ['Copper lantern']],
    ['coper lantren', 'copper lantern', ['Copper lantern']],
    ['shrit', 'shirt', ['Cotton shirt', 'Linen shirt', 'Woollen shirt']],
    ['lantern', null, ['Copper lantern']],
    ['hammered', null, ['Copper lantern']],
    ['xylophone', null, []],
    ['- or *', null, []],
  ])('%s is put right', async (query, corrected, found) => {
    const products = await find(query);
    expect(products.correctedQuery).toBe(corrected);
    expect(titles(products)).toEqual(found);
    expect(products.totalCount).toBe(found.length);
  });

  test('costs the same for any number of mistyped words, and is not corrected when all are', async () => {
    const wrong = Array.from({ length: 25 }, (_, n) => `lantre${String.fromCharCode(97 + n)}`).join(
      ' ',
    );
    const sent = await graph.statementsOf(() => find(wrong));
    expect(sent.length).toBeLessThanOrEqual(
      (await graph.statementsOf(() => find('lantren'))).length,
    );
    expect((await find(wrong)).correctedQuery).toBeNull();
  });

  test('is corrected only by words that are on sale now', async () => {
    const { id } = await list(graph, { title: 'Zanzibar chest' }, one);
    expect((await find('zanzibra')).correctedQuery).toBe('zanzibar');
    await graph.execute(UPDATE, { input: { id, status: 'ARCHIVED' } }, one);
    expect((await find('zanzibra')).correctedQuery).toBeNull();
  });

  test('forgets the words that nothing on sale has, after a while', async () => {
    const { id } = await list(graph, { title: 'Ephemeral thing' }, one);
    await graph.execute(UPDATE, { input: { id, status: 'ARCHIVED' } }, one);
    const client = createClient(graph.databaseUrl);
    await client.$executeRaw`UPDATE product_word SET seen_at = now() - interval '40 days'`;
    await pruneRows(client, unusedWords);
    const kept = await client.productWord.findMany({
      where: { word: { in: ['ephemeral', 'lantern'] } },
    });
    expect(kept.map(({ word }) => word)).toEqual(['lantern']);
    // It is looked at again when it is as old once more.
    expect(Date.now() - Number(kept[0]?.seenAt)).toBeLessThan(3_600_000);
    await client.$disconnect();
  });

  test('uses the same words on the next page', async () => {
    const first = await find('shrit', null, { first: 2 });
    const rest = await find('shrit', null, { after: first.pageInfo.endCursor });
    expect([...titles(first), ...titles(rest)]).toEqual([
      ...['Cotton shirt', 'Linen shirt', 'Woollen shirt'],
    ]);
    expect(rest.correctedQuery).toBe('shirt');
  });

  test('is never corrected by words of products that are not on sale yet', async () => {
    expect((await find('clandestien')).correctedQuery).toBeNull();
    const query =
      'query ($id: ID!) { seller(id: $id) { desk { products(filter: { statuses: [DRAFT] }) { edges { node { id } } } } } }';
    const data = await graph.ask(query, { id: sellerIdOf(other) }, other);
    const { id } = data.seller.desk.products.edges[0].node;
    await graph.execute(UPDATE, { input: { id, status: 'ACTIVE' } }, other);
    expect((await find('clandestien')).correctedQuery).toBe('clandestine');
  });
});

test('titles with the prefix are suggested in a fixed order, without hidden or unlisted products', async () => {
  await list(graph, { title: 'Éclair tin' }, one);
  await list(graph, { title: 'Eclipse print', status: 'DRAFT' }, one);
  const suggested = async (prefix: string) => {
    const query = 'query ($prefix: String!) { productSuggestions(prefix: $prefix) }';
    return (await graph.ask(query, { prefix })).productSuggestions;
  };
  expect(await suggested('c')).toEqual(
    ['Copper lantern', 'Cotton shirt'].concat('Clandestine project').sort(),
  );
  expect(await suggested('ECL')).toEqual(['Éclair tin']);
  expect(await suggested('copper l')).toEqual(['Copper lantern']);
  expect(await suggested('-')).toEqual([]);
});

test('of many options and prices in several currencies every facet is there', async () => {
  const names = ['Weight', 'Width', 'Height', 'Depth', 'Glaze', 'Motif'];
  const tile = (some: readonly string[], currency: string) => ({
    ...{ title: 'Majolica tile', options: some.map((name) => ({ name, values: ['x'] })) },
    categoryIds: [categoryId],
    variants: [
      {
        ...{ sku: `T-${currency}`, price: { minorUnits: 2_000, currency }, openingStock: 1 },
        selectedOptions: some.map((name) => ({ name, value: 'x' })),
      },
    ],
  });
  await list(graph, tile(names.slice(0, 5), 'EUR'), one);
  await list(graph, tile(names.slice(5), 'JPY'), other);
  const { facets } = await find('majolica');
  const shown = facets.map(({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`);
  expect(shown.sort()).toEqual(
    [
      ...names.map((name) => `OPTION ${name}`),
      ...['AVAILABILITY ', 'CATEGORY ', 'PRICE EUR', 'PRICE JPY', 'SELLER '],
    ].sort(),
  );
});
