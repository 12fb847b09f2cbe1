import { randomUUID } from 'node:crypto';
import { openClient } from '@souk/runtime/postgres';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CREATE_CATEGORY,
  eur,
  list,
  sellerIdOf,
  startProducts,
  UPDATE,
  UPDATE_CATEGORY,
  variantIdOf,
} from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const seller = as('sela');
const staff = as('ida', 'ADMIN');

const PRODUCTS = `query ($query: String, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
  products(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount edges { cursor node { id title status } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;

interface Found {
  totalCount: number;
  edges: { cursor: string; node: { id: string; title: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
}
const find = async (
  variables: Record<string, unknown>,
  viewer: ReturnType<typeof as> | null = null,
): Promise<Found> => {
  const { data, errors } = await graph.execute(PRODUCTS, variables, viewer);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.products;
};
const codeOf = async (variables: Record<string, unknown>) =>
  (await graph.execute(PRODUCTS, variables)).errors?.[0]?.extensions?.code;
const titles = ({ edges }: Found) => edges.map(({ node }) => node.title);
const priced = (price: number, openingStock = 1) => ({
  variants: [{ sku: randomUUID(), price: eur(price), openingStock }],
});

describe('a list', () => {
  const shop = as('list-shop');
  const filter = { sellerIds: [sellerIdOf(shop)], price: { currency: 'EUR' } };
  const expected: Record<string, string[]> = {
    NEWEST: ['Elm', 'Date', 'cedar', 'Birch', 'Ash'],
    TITLE: ['Ash', 'Birch', 'cedar', 'Date', 'Elm'],
    PRICE_ASC: ['Ash', 'cedar', 'Elm', 'Birch', 'Date'],
    PRICE_DESC: ['Date', 'Birch', 'Elm', 'cedar', 'Ash'],
    RELEVANCE: ['Elm', 'Date', 'cedar', 'Birch', 'Ash'],
  };
  beforeAll(async () => {
    const prices: [string, number][] = [
      ['Ash', 100],
      ['Birch', 300],
      ['cedar', 200],
      ['Date', 300],
      ['Elm', 200],
    ];
    for (const [title, price] of prices) await list(graph, { title, ...priced(price) }, shop);
  });

  test.each(Object.keys(expected))('sorted by %s is the same whole and in pages', async (sort) => {
    expect(titles(await find({ filter, sort }))).toEqual(expected[sort]);
    const inPages: string[] = [];
    let after: string | null = null;
    do {
      const page = await find({ filter, sort, first: 2, after });
      expect(page.totalCount).toBe(5);
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      inPages.push(...titles(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(inPages).toEqual(expected[sort]);
  });

  test('continues after a cursor even if something new was added meanwhile', async () => {
    const { pageInfo } = await find({ filter, sort: 'NEWEST', first: 2 });
    const fresh = await list(graph, { title: 'Fir', ...priced(1) }, shop);
    const rest = await find({ filter, sort: 'NEWEST', after: pageInfo.endCursor });
    expect(titles(rest)).toEqual(['cedar', 'Birch', 'Ash']);
    await graph.execute(UPDATE, { input: { id: fresh.id, status: 'ARCHIVED' } }, shop);
  });

  test('refuses cursors that are not its own, and absurd pages', async () => {
    const { pageInfo } = await find({ filter, sort: 'TITLE', first: 2 });
    const after = pageInfo.endCursor as string;
    expect(await codeOf({ filter, sort: 'PRICE_ASC', after })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ sort: 'TITLE', after })).toBe('BAD_USER_INPUT');
    for (const broken of [`${after.slice(0, -2)}AA`, 'abc', '', 'x'.repeat(10_000)]) {
      expect(await codeOf({ filter, sort: 'TITLE', after: broken })).toBe('BAD_USER_INPUT');
    }
    for (const first of [-1, 101, 1_000_000]) {
      expect(await codeOf({ first })).toBe('BAD_USER_INPUT');
    }
  });

  test('filters by price, stock, seller and status', async () => {
    const other = as('filter-shop');
    await list(graph, { title: 'Cheap', ...priced(10, 0) }, other);
    await list(graph, { title: 'Dear', ...priced(1000, 3) }, other);
    const archived = await list(graph, { title: 'Old', ...priced(500) }, other);
    await graph.execute(UPDATE, { input: { id: archived.id, status: 'ARCHIVED' } }, other);
    const found = async (more: Record<string, unknown>) =>
      titles(await find({ filter: { sellerIds: [sellerIdOf(other)], ...more }, sort: 'TITLE' }));
    expect(await found({})).toEqual(['Cheap', 'Dear']);
    expect(await found({ inStock: true })).toEqual(['Dear']);
    expect(await found({ inStock: false })).toEqual(['Cheap']);
    expect(await found({ price: { currency: 'EUR', minMinorUnits: 11 } })).toEqual(['Dear']);
    expect(await found({ price: { currency: 'EUR', maxMinorUnits: 10 } })).toEqual(['Cheap']);
    expect(
      await found({ price: { currency: 'EUR', minMinorUnits: 11, maxMinorUnits: 999 } }),
    ).toEqual([]);
    expect(await found({ statuses: ['ARCHIVED'] })).toEqual(['Old']);
    expect(await found({ statuses: [] })).toEqual([]);
  });

  test('filters by category and its subcategories', async () => {
    const save = async (input: Record<string, unknown>) =>
      (await graph.ask(CREATE_CATEGORY, { input }, staff)).createCategory.category.id;
    const home = await save({ slug: 'home', name: 'Home' });
    const kitchen = await save({ slug: 'kitchen', name: 'Kitchen', parentId: home });
    await list(graph, { title: 'Pot', categoryIds: [kitchen] });
    await list(graph, { title: 'Rug', categoryIds: [home] });
    const found = async (...categoryIds: string[]) =>
      titles(await find({ filter: { categoryIds }, sort: 'TITLE' }));
    expect(await found(home)).toEqual(['Pot', 'Rug']);
    expect(await found(kitchen)).toEqual(['Pot']);
    expect(await codeOf({ filter: { categoryIds: ['prd_no'] } })).toBe('BAD_USER_INPUT');
    const shelf = async (id: string, filter: object | null = null) => {
      const data = await graph.ask(
        `query ($id: ID!, $filter: ProductFilter) { category(id: $id) {
           productCount products(filter: $filter, sort: TITLE) { totalCount edges { node { title } } } } }`,
        { id, filter },
      );
      const { productCount, products } = data.category;
      expect(products.edges).toHaveLength(products.totalCount);
      return { productCount, titles: titles(products) };
    };
    await list(graph, { title: 'Bowl', categoryIds: [kitchen, home] });
    await list(graph, { title: 'Spoon', categoryIds: [kitchen], status: 'DRAFT' });
    expect(await shelf(home)).toEqual({ productCount: 3, titles: ['Bowl', 'Pot', 'Rug'] });
    expect(await shelf(kitchen)).toEqual({ productCount: 2, titles: ['Bowl', 'Pot'] });
    // What is asked for besides leaves out more, never shows what is elsewhere.
    const within = (...categoryIds: string[]) => ({ categoryIds });
    expect((await shelf(home, within(kitchen))).titles).toEqual(['Bowl', 'Pot']);
    expect((await shelf(kitchen, within(home))).titles).toEqual(['Bowl', 'Pot']);
    const garden = await save({ slug: 'garden', name: 'Garden' });
    expect((await shelf(kitchen, within(garden))).titles).toEqual([]);
    // A subtree that moves takes along what is in it.
    const move = { input: { id: kitchen, parentId: garden } };
    await graph.execute(UPDATE_CATEGORY, move, staff);
    expect(await shelf(garden)).toEqual({ productCount: 2, titles: ['Bowl', 'Pot'] });
    expect((await shelf(home)).titles).toEqual(['Bowl', 'Rug']);
    await graph.execute(UPDATE_CATEGORY, { input: { id: kitchen, parentId: home } }, staff);
    const away = { input: { categoryId: garden } };
    await graph.execute(
      'mutation ($categoryId: ID!) { deleteCategory(categoryId: $categoryId) { deletedId } }',
      away.input,
      staff,
    );
    const data = await graph.ask(
      `query ($home: ID!) {
         top: categories { edges { node { slug parent { slug } children { slug } } } }
         parts: categories(parentId: $home) { edges { node { slug ancestors { slug } } } }
         category(slug: "kitchen") { name ancestors { slug } }
       }`,
      { home },
    );
    expect(data).toEqual({
      top: {
        edges: [{ node: { slug: 'home', parent: null, children: [{ slug: 'kitchen' }] } }],
      },
      parts: { edges: [{ node: { slug: 'kitchen', ancestors: [{ slug: 'home' }] } }] },
      category: { name: 'Kitchen', ancestors: [{ slug: 'home' }] },
    });
  });
});

describe('a search', () => {
  const shop = as('search-shop');
  const found = async (query: string) =>
    titles(await find({ query, filter: { sellerIds: [sellerIdOf(shop)] } }));
  beforeAll(async () => {
    const texts: [string, string][] = [
      ['Kettle', 'For tea; goes with the samovar.'],
      ['Samovar from Tula', 'Brass.'],
      ['100% wool scarf', 'Warm.'],
      ['Čaj čokoláda', 'مصباح'],
    ];
    for (const [title, description] of texts) {
      await list(graph, { title, description, ...priced(1) }, shop);
    }
  });

  test('finds words of title and description, begun words too, the title first', async () => {
    expect(await found('samovar')).toEqual(['Samovar from Tula', 'Kettle']);
    expect(await found('sam tul')).toEqual(['Samovar from Tula']);
    expect(await found('SAMO')).toEqual(['Samovar from Tula', 'Kettle']);
    expect(await found('مصباح')).toEqual(['Čaj čokoláda']);
    expect(await found('čok')).toEqual(['Čaj čokoláda']);
    expect(await found('nothing like it')).toEqual([]);
  });

  test('pages through matches of equal rank without losing one', async () => {
    const pageShop = as('rank-shop');
    for (let index = 0; index < 7; index += 1) {
      await list(graph, { title: `Rank ${index % 2 ? 'rank' : 'file'}`, ...priced(1) }, pageShop);
    }
    const filter = { sellerIds: [sellerIdOf(pageShop)] };
    const all = (await find({ query: 'rank', filter })).edges.map(({ node }) => node.id);
    const inPages: string[] = [];
    let after: string | null = null;
    do {
      const page: Found = await find({ query: 'rank', filter, first: 2, after });
      inPages.push(...page.edges.map(({ node }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(inPages).toEqual(all);
    expect(new Set(all).size).toBe(7);
  });

  test('takes every text literally', async () => {
    expect(await found('100%')).toEqual(['100% wool scarf']);
    for (const hostile of [
      '%',
      '%%%%',
      '_______',
      "'; DROP TABLE product; --",
      'a & | ! ( ) :* <->',
      '\\',
      '"',
      '%'.repeat(200),
      '(((((((((((((((((((((',
    ]) {
      expect(await found(hostile)).toEqual([]);
    }
    expect(await codeOf({ query: 'x'.repeat(201) })).toBe('BAD_USER_INPUT');
  });
});

test('titles are sorted as people read them, whole and in pages', async () => {
  const filter = { sellerIds: [sellerIdOf(as('word-shop'))] };
  for (const title of ['Zebra rug', 'Éclair mould', '東京の湯呑み', 'Ångström lamp']) {
    await list(graph, { title, ...priced(1) }, as('word-shop'));
  }
  const order = ['Ångström lamp', 'Éclair mould', 'Zebra rug', '東京の湯呑み'];
  expect(titles(await find({ filter, sort: 'TITLE' }))).toEqual(order);
  const inPages: string[] = [];
  let after: string | null = null;
  do {
    const page: Found = await find({ filter, sort: 'TITLE', first: 1, after });
    inPages.push(...titles(page));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect(inPages).toEqual(order);
});

describe('prices are compared within one currency', () => {
  const shop = as('money-shop');
  beforeAll(async () => {
    const prices: [string, number, string][] = [
      ['Yen', 900, 'JPY'],
      ['Euro', 1_000, 'EUR'],
      ['Cent', 5, 'EUR'],
    ];
    for (const [title, minorUnits, currency] of prices) {
      const variants = [{ sku: randomUUID(), price: { minorUnits, currency } }];
      await list(graph, { title, variants }, shop);
    }
  });
  const found = async (price: object, sort = 'PRICE_ASC') =>
    titles(await find({ filter: { sellerIds: [sellerIdOf(shop)], price }, sort }));

  test('sorted and filtered, the others are left out', async () => {
    expect(await found({ currency: 'EUR' })).toEqual(['Cent', 'Euro']);
    expect(await found({ currency: 'EUR' }, 'PRICE_DESC')).toEqual(['Euro', 'Cent']);
    expect(await found({ currency: 'JPY' })).toEqual(['Yen']);
    expect(await found({ currency: 'EUR', minMinorUnits: 500, maxMinorUnits: 950 })).toEqual([]);
  });

  test.each(['PRICE_ASC', 'PRICE_DESC'])('%s without a currency is an error', async (sort) => {
    expect(await codeOf({ sort })).toBe('CURRENCY_REQUIRED');
    expect(await codeOf({ sort, filter: { sellerIds: [sellerIdOf(shop)] } })).toBe(
      'CURRENCY_REQUIRED',
    );
  });
});

test('words are looked for among few products and among many alike', async () => {
  const shop = as('wide-shop');
  const data = await graph.ask(CREATE_CATEGORY, { input: { name: 'Planks' } }, staff);
  const categoryId = data.createCategory.category.id;
  const given = { categoryIds: [categoryId] };
  await list(graph, { title: 'Oak plank', ...given, ...priced(700) }, shop);
  await list(graph, { title: 'Oak plank, short', ...given, ...priced(300, 0) }, shop);
  await list(graph, { title: 'Oak plank, hidden', ...given, status: 'DRAFT' }, shop);
  const board = await list(graph, { title: 'Pine board', ...given, ...priced(500, 0) }, shop);
  const everything = ['DRAFT', 'ACTIVE', 'ARCHIVED'];
  const filters: object[] = [
    { sellerIds: [sellerIdOf(shop)] },
    { sellerIds: [sellerIdOf(shop), sellerIdOf(seller)], inStock: false },
    { sellerIds: [sellerIdOf(shop)], statuses: everything },
    { categoryIds: [categoryId] },
    { categoryIds: [categoryId], price: { currency: 'EUR', minMinorUnits: 400 } },
    { categoryIds: [categoryId], price: { currency: 'EUR', maxMinorUnits: 600 } },
    { sellerIds: [sellerIdOf(seller)], categoryIds: [categoryId] },
    { statuses: ['DRAFT'], categoryIds: [categoryId] },
  ];
  const found = async () => {
    const lists: string[][] = [];
    for (const query of ['oak plan', 'board']) {
      for (const filter of filters) {
        for (const viewer of [null, shop]) {
          const answer = await find({ query, filter, sort: 'TITLE' }, viewer);
          lists.push([String(answer.totalCount), ...titles(answer)]);
        }
      }
    }
    return lists;
  };
  const amongFew = await found();
  expect(amongFew.slice(0, 2)).toEqual(Array(2).fill(['2', 'Oak plank', 'Oak plank, short']));
  expect(amongFew.slice(4, 6).map(([count]) => count)).toEqual(['2', '3']);
  // More than are read whole, which have none of the words.
  const client = openClient({ connectionString: graph.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO product
     SELECT (jsonb_populate_record(p, jsonb_build_object(
       'id', 'prd_copy' || n, 'slug', 'copy-' || n, 'search', 'other'::tsvector))).*
     FROM product p, generate_series(1, 600) n WHERE p.id = $1`,
    [board.id],
  );
  await client.end();
  expect(await found()).toEqual(amongFew);
});

test('an amount is written in the language that is asked for, and in English else', async () => {
  const { id } = await list(graph, priced(123_450));
  const written = async (locale: string | null) => {
    const query = `query ($id: ID!, $locale: Locale) { product(id: $id) {
      priceRange { min { plain: formatted formatted(locale: $locale) } } } }`;
    const { data, errors } = await graph.execute(query, { id, locale });
    return errors?.[0]?.extensions?.code ?? data.product.priceRange.min;
  };
  expect(await written(null)).toEqual({ plain: '€1,234.50', formatted: '€1,234.50' });
  expect((await written('de')).formatted).toMatch(/^1\.234,50\s€$/);
  expect((await written('DE-at')).formatted).toMatch(/^€\s1.234,50$/);
  expect(await written('not a language')).toBe('BAD_USER_INPUT');
});

test('the categories right under one are read in pages, by name', async () => {
  const create = async (input: object) =>
    (await graph.ask(CREATE_CATEGORY, { input }, staff)).createCategory.category.id;
  const parentId = await create({ name: 'Paged' });
  for (const name of ['echo', 'Alfa', 'Delta', 'Bravo', 'Ärger']) await create({ name, parentId });
  const names: string[] = [];
  let after: string | null = null;
  do {
    const data = await graph.ask(
      `query ($parentId: ID!, $after: String) { categories(parentId: $parentId, first: 2, after: $after) {
         totalCount edges { node { name } } pageInfo { hasNextPage endCursor } } }`,
      { parentId, after },
    );
    const { totalCount, edges, pageInfo } = data.categories;
    expect(totalCount).toBe(5);
    names.push(...edges.map(({ node }: { node: { name: string } }) => node.name));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  expect(names).toEqual(['Alfa', 'Ärger', 'Bravo', 'Delta', 'echo']);
  const none = '{ categories(parentId: "cat_none") { totalCount } }';
  expect((await graph.execute(none)).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
});

test("a seller's desk shows only its own products in every state, to its people and staff", async () => {
  const mine = as('own-shop');
  const draft = await list(graph, { title: 'Own draft', status: 'DRAFT' }, mine);
  const active = await list(graph, { title: 'Own active' }, mine);
  const archived = await list(graph, { title: 'Own archived' }, mine);
  await graph.execute(UPDATE, { input: { id: archived.id, status: 'ARCHIVED' } }, mine);
  const found = async (viewer: ReturnType<typeof as>, filter: object | null = null) => {
    const query = `query ($id: ID!, $filter: ProductFilter) { seller(id: $id) { desk {
      products(filter: $filter, sort: TITLE) { totalCount edges { node { id } } } } } }`;
    const data = await graph.ask(query, { id: sellerIdOf(mine), filter }, viewer);
    if (!data.seller.desk) return null;
    const { totalCount, edges } = data.seller.desk.products;
    expect(edges).toHaveLength(totalCount);
    return edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  expect(await found(mine)).toEqual([active.id, archived.id, draft.id]);
  expect(await found(mine, { statuses: ['DRAFT'] })).toEqual([draft.id]);
  expect(await found(mine, { sellerIds: [sellerIdOf(mine)] })).toHaveLength(3);
  expect(await found(mine, { sellerIds: [sellerIdOf(seller)] })).toEqual([]);
  expect(await found(as('empty-shop'))).toBeNull();
  expect(await found(staff)).toHaveLength(3);
});

describe('who sees what', () => {
  test('a draft is seen by its seller and staff, on every path', async () => {
    const draft = await list(graph, { title: 'Secret plan', status: 'DRAFT' });
    const variantId = variantIdOf(draft);
    const PATHS = `query ($id: ID!, $slug: String!, $variantId: ID!, $seller: ID!, $reps: [_Any!]!) {
      byId: product(id: $id) { id } bySlug: product(slug: $slug) { id }
      variant(id: $variantId) { id }
      products(query: "Secret plan", filter: { statuses: [DRAFT, ACTIVE, ARCHIVED] }) { totalCount edges { node { id } } }
      ofSeller: products(filter: { sellerIds: [$seller], statuses: [DRAFT] }) { totalCount }
      _entities(representations: $reps) { ... on Product { id } ... on ProductVariant { id } }
    }`;
    const variables = {
      id: draft.id,
      slug: draft.slug,
      variantId,
      seller: sellerIdOf(seller),
      reps: [
        { __typename: 'Product', id: draft.id },
        { __typename: 'ProductVariant', id: variantId },
      ],
    };
    const seen = async (viewer: ReturnType<typeof as> | null) => {
      const { data, errors } = await graph.execute(PATHS, variables, viewer);
      expect(errors).toBeUndefined();
      return data;
    };
    for (const viewer of [null, as('anna'), as('other', 'SELLER'), as('mo', 'MODERATOR')]) {
      expect(await seen(viewer)).toEqual({
        byId: null,
        bySlug: null,
        variant: null,
        products: { totalCount: 0, edges: [] },
        ofSeller: { totalCount: 0 },
        _entities: [null, null],
      });
    }
    for (const viewer of [seller, staff, as('sue', 'SUPPORT')]) {
      const data = await seen(viewer);
      expect(data._entities.map(({ id }: { id: string }) => id)).toEqual([draft.id, variantId]);
      expect(data).toMatchObject({ byId: { id: draft.id }, products: { totalCount: 1 } });
    }
  });

  test('an archived product stays visible to people who have its id', async () => {
    const { id } = await list(graph, { title: 'Bygone' });
    await graph.execute(UPDATE, { input: { id, status: 'ARCHIVED' } }, seller);
    const data = await graph.ask('query ($id: ID!) { product(id: $id) { status } }', {
      id,
    });
    expect(data.product.status).toBe('ARCHIVED');
    expect((await find({ query: 'Bygone' })).totalCount).toBe(0);
  });

  test('ids that are none, or of something else, name nothing; two keys or none are an error', async () => {
    const one = async (args: string) => {
      const { data, errors } = await graph.execute(`{ product${args} { id } }`);
      return errors?.[0]?.extensions?.code ?? data.product;
    };
    for (const id of ['', 'prd_', seller.userId, 'PRD_01', 'x'.repeat(10_000), '%', '__proto__']) {
      expect(await one(`(id: "${id}")`)).toBeNull();
    }
    expect(await one('(slug: "no-such")')).toBeNull();
    expect(await one('')).toBe('EXACTLY_ONE_REQUIRED');
    expect(await one('(id: "a", slug: "b")')).toBe('EXACTLY_ONE_REQUIRED');
  });

  test('references with odd keys are nothing, and do no harm', async () => {
    const data = await graph.ask(
      `query ($reps: [_Any!]!) { _entities(representations: $reps) { __typename ... on Seller { products { totalCount } } } }`,
      {
        reps: [
          { __typename: 'Product', id: '' },
          { __typename: 'ProductVariant', id: seller.userId },
          { __typename: 'Category', slug: 'no-such' },
          { __typename: 'StockMovement', id: 'mov_none' },
          { __typename: 'Seller', id: 'prd_none' },
        ],
      },
    );
    expect(data._entities).toEqual([null, null, null, null, null]);
  });
});

describe('SQL statements', () => {
  const CARD = `id seller { id logo { id } } featuredMedia { id } media { id } categories { id parent { id } } priceRange { min { formatted } } inStock
    defaultVariant { id availability maxQuantity product { title } }
    variants(first: 5) { totalCount edges { node { sku media { id } price { formatted } availability maxQuantity } } }`;

  test('are as many for 3 products as for 30', async () => {
    const shop = as('many-shop');
    for (let index = 0; index < 30; index += 1) await list(graph, {}, shop);
    const count = (first: number) =>
      graph.statementsOf(() =>
        graph.execute(
          `query ($first: Int!, $seller: ID!) {
             products(first: $first, filter: { sellerIds: [$seller] }) { totalCount edges { node { ${CARD} } } } }`,
          { first, seller: sellerIdOf(shop) },
        ),
      );
    const few = await count(3);
    expect((await count(30)).length).toBe(few.length);
    expect(few.length).toBeLessThanOrEqual(11);
  });

  test('are as many for the references of 2 sellers and products as of 20', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      ids.push((await list(graph, {}, as(`ref-shop-${index}`))).id);
    }
    const reps = (count: number) =>
      Array.from({ length: count }, (_, index) => [
        { __typename: 'Product', id: ids[index] },
        { __typename: 'Seller', id: sellerIdOf(as(`ref-shop-${index}`)) },
      ]).flat();
    const run = async (count: number) => {
      let answer: Awaited<ReturnType<typeof graph.execute>> | undefined;
      const statements = await graph.statementsOf(async () => {
        answer = await graph.execute(
          `query ($reps: [_Any!]!) { _entities(representations: $reps) {
             ... on Product { ${CARD} }
             ... on Seller { products(first: 3) { totalCount edges { node { title inStock } } } } } }`,
          { reps: reps(count) },
        );
      });
      expect(answer?.errors).toBeUndefined();
      expect(answer?.data._entities[1].products.totalCount).toBe(1);
      return statements.length;
    };
    const few = await run(2);
    expect(await run(20)).toBe(few);
    expect(few).toBeLessThanOrEqual(11);
  });

  test('are as many for the products of 3 categories as for those of 30', async () => {
    const shop = as('shelf-shop');
    const shelves: { id: string; title: string }[] = [];
    for (let index = 0; index < 30; index += 1) {
      const title = `Shelved ${index}`;
      const input = { name: `Counted shelf ${index}` };
      const data = await graph.ask(CREATE_CATEGORY, { input }, staff);
      const { id } = data.createCategory.category;
      await list(graph, { title, categoryIds: [id] }, shop);
      shelves.push({ id, title });
    }
    const run = async (count: number) => {
      const some = shelves.slice(0, count);
      const reps = some.map(({ id }) => ({ __typename: 'Category', id }));
      let answer: Awaited<ReturnType<typeof graph.execute>> | undefined;
      const statements = await graph.statementsOf(async () => {
        answer = await graph.execute(
          `query ($reps: [_Any!]!) { _entities(representations: $reps) { ... on Category {
             productCount
             products(first: 2) { totalCount edges { node { title } } }
             sorted: products(first: 1, filter: { inStock: true }, sort: TITLE) { edges { node { title } } }
             none: products(filter: { inStock: false }) { totalCount } } } }`,
          { reps },
        );
      });
      expect(answer?.data._entities).toEqual(
        some.map(({ title }) => ({
          productCount: 1,
          products: { totalCount: 1, edges: [{ node: { title } }] },
          sorted: { edges: [{ node: { title } }] },
          none: { totalCount: 0 },
        })),
      );
      return statements.length;
    };
    const few = await run(3);
    expect(await run(30)).toBe(few);
    expect(few).toBeLessThanOrEqual(9);
  });
});
