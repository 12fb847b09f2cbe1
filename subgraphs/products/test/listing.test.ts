import { randomUUID } from 'node:crypto';
import { sortKeyOf } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import { as, isWaitedFor, type StartedSubgraph, sessionOf, until } from '@souk/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AVAILABILITIES, type Availability } from '../src/domain/availability.ts';
import {
  checkedCriteria,
  type OptionFilter,
  PRODUCT_SORTS,
  type ProductSort,
} from '../src/domain/listing.ts';
import { createClient } from '../src/persistence/client.ts';
import {
  createListingStore,
  type ListedProduct,
  type ListingPage,
  type ListingPosition,
  type ListingStore,
} from '../src/persistence/listing-store.ts';
import {
  ADJUST,
  CREATE_CATEGORY,
  eur,
  list,
  sellerIdOf,
  startProducts,
  UPDATE,
  UPDATE_VARIANT,
  variantIdOf,
} from './catalogue.ts';
import { shelveWithoutLock } from './mutants/shelve-without-lock.ts';
import { reservationsOf } from './reservations.ts';

let graph: StartedSubgraph;
let db: ReturnType<typeof openClient>;
const categoryIds: string[] = [];
beforeAll(async () => {
  graph = await startProducts();
  db = openClient({ connectionString: graph.databaseUrl });
  await db.connect();
  for (const parent of [null, 0, 1, null]) {
    const slug = `shelf-${categoryIds.length}`;
    const parentId = parent === null ? null : categoryIds[parent];
    const input = { slug, name: slug, parentId };
    const data = await graph.ask(CREATE_CATEGORY, { input }, as('ida', 'ADMIN'));
    categoryIds.push(data.createCategory.category.id);
  }
});
afterAll(async () => {
  await db.end();
  await graph[Symbol.asyncDispose]();
});

/** What `listing` says otherwise than the products, their categories and their stock do. */
const differences = async () => {
  const { rows } = await db.query(`
    (SELECT * FROM listing EXCEPT SELECT * FROM places_of(NULL))
    UNION ALL (SELECT * FROM places_of(NULL) EXCEPT SELECT * FROM listing)`);
  return rows;
};

interface Known {
  id: string;
  title: string;
  sellerId: string;
  status: 'ACTIVE' | 'DRAFT' | 'ARCHIVED';
  wasOnSale: boolean;
  categoryIds: string[];
  currency: string;
  prices: number[];
  availability: Availability;
  /** One review with so many stars; 0 for none. */
  stars: number;
}

const SELLERS = ['listing-a', 'listing-b'];
const aCategory = () => fc.constantFrom(...categoryIds);
const aProduct = () =>
  fc.record({
    title: fc.constantFrom('Ash', 'birch', 'Éclair', 'cedar', 'Zebra'),
    seller: fc.constantFrom(...SELLERS),
    status: fc.constantFrom('ACTIVE', 'ACTIVE', 'DRAFT'),
    later: fc.constantFrom(null, null, 'ARCHIVED'),
    categoryIds: fc.uniqueArray(aCategory(), { maxLength: 3 }),
    currency: fc.constantFrom('EUR', 'JPY'),
    prices: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    onHand: fc.constantFrom(0, 2),
    isLow: fc.boolean(),
    isBackordered: fc.boolean(),
    stars: fc.integer({ min: 0, max: 5 }),
  });

async function listOne(
  wanted: ReturnType<typeof aProduct> extends fc.Arbitrary<infer T> ? T : never,
) {
  const { title, seller, status, later, prices, currency, onHand, stars } = wanted;
  const { isLow, isBackordered } = wanted;
  const variants = prices.map((minorUnits, index) => ({
    sku: randomUUID(),
    price: { minorUnits, currency },
    openingStock: onHand,
    ...(index === 0 && isLow ? { lowStockThreshold: onHand } : {}),
    ...(index === 0 && isBackordered ? { inventoryPolicy: 'CONTINUE' } : {}),
    selectedOptions: [{ name: 'Kind', value: `${index}` }],
  }));
  const options = [{ name: 'Kind', values: prices.map((_, index) => `${index}`) }];
  const given = { title, status, categoryIds: wanted.categoryIds, options, variants };
  const { id } = await list(graph, given, as(seller));
  const counts = [1, 2, 3, 4, 5].map((n) => Number(n === stars));
  if (stars > 0)
    await db.query('INSERT INTO product_rating VALUES ($1, $2, $3, $4, $5, $6)', [id, ...counts]);
  if (later) await graph.execute(UPDATE, { input: { id, status: later } }, as(seller));
  // The best of its variants is what counts: the first alone is little, or on back order.
  const ofFirst = onHand > 0 ? (isLow ? 'LOW' : 'IN_STOCK') : isBackordered ? 'BACKORDER' : 'OUT';
  const best = prices.length > 1 && onHand > 0 ? 'IN_STOCK' : ofFirst;
  const availability = status === 'ACTIVE' && !later ? best : 'NOT_FOR_SALE';
  const known: Known = {
    id,
    title,
    sellerId: sellerIdOf(as(seller)),
    status: later ?? status,
    wasOnSale: status === 'ACTIVE',
    categoryIds: wanted.categoryIds,
    currency,
    prices,
    availability,
    stars,
  };
  return known;
}

const PRODUCTS = `query ($filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
  products(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }`;

test('every filter in every order lists the same as checking each product, whole and in pages', async () => {
  const all: Known[] = [];
  for (const wanted of fc.sample(aProduct(), { numRuns: 30, seed: 29 }))
    all.push(await listOne(wanted));
  expect(await differences()).toEqual([]);
  const below = (id: string): string[] => {
    const index = categoryIds.indexOf(id);
    return index < 3 ? categoryIds.slice(index, 3) : [id];
  };
  const price = fc.record(
    {
      currency: fc.constantFrom('EUR', 'JPY'),
      minMinorUnits: fc.integer({ min: 0, max: 4 }),
      maxMinorUnits: fc.integer({ min: 4, max: 10 }),
    },
    { requiredKeys: ['currency'] },
  );
  const criteria = fc.record({
    filter: fc.record(
      {
        sellerIds: fc.uniqueArray(
          fc.constantFrom(...SELLERS.map((seller) => sellerIdOf(as(seller)))),
          {
            maxLength: 2,
          },
        ),
        categoryIds: fc.uniqueArray(aCategory(), { maxLength: 2 }),
        statuses: fc.uniqueArray(fc.constantFrom('ACTIVE', 'DRAFT', 'ARCHIVED'), { maxLength: 3 }),
        inStock: fc.boolean(),
        availabilities: fc.uniqueArray(fc.constantFrom(...AVAILABILITIES), { maxLength: 3 }),
        price,
        minRating: fc.integer({ min: 1, max: 5 }),
        options: fc.constantFrom<OptionFilter[] | null>(
          ...[['0'], ['1'], ['1', '2'], ['none']].map((values) => [{ name: 'Kind', values }]),
        ),
      },
      { requiredKeys: [] },
    ),
    sort: fc.constantFrom('NEWEST', 'TITLE', 'PRICE_ASC', 'PRICE_DESC', 'RATING'),
    viewer: fc.constantFrom(null, as('listing-a'), as('ida', 'ADMIN')),
    first: fc.integer({ min: 3, max: 30 }),
  });
  const canBeBought = ({ availability }: Known) => /^(IN_STOCK|LOW|BACKORDER)$/.test(availability);
  const lowest = ({ prices }: Known) => Math.min(...prices);
  const byId = (a: Known, b: Known) => (a.id < b.id ? -1 : 1);
  const byTitle = (a: Known, b: Known) =>
    Number(sortKeyOf(a.title) > sortKeyOf(b.title)) -
    Number(sortKeyOf(a.title) < sortKeyOf(b.title));
  const orders: Record<string, (a: Known, b: Known) => number> = {
    NEWEST: (a, b) => byId(b, a),
    TITLE: (a, b) => byTitle(a, b) || byId(a, b),
    PRICE_ASC: (a, b) => lowest(a) - lowest(b) || byId(a, b),
    RATING: (a, b) => b.stars - a.stars || byId(b, a),
    PRICE_DESC: (a, b) => lowest(b) - lowest(a) || byId(b, a),
  };
  await fc.assert(
    fc.asyncProperty(criteria, async ({ filter, sort, viewer, first }) => {
      fc.pre(filter.price !== undefined || !sort.startsWith('PRICE'));
      const expected = all
        .filter(
          (one) =>
            (filter.statuses ?? ['ACTIVE']).includes(one.status) &&
            (one.wasOnSale ||
              viewer?.roles.includes('ADMIN') ||
              (viewer && sellerIdOf(viewer) === one.sellerId)) &&
            (filter.sellerIds?.includes(one.sellerId) ?? true) &&
            (filter.minRating ?? 0) <= one.stars &&
            (filter.options?.every(({ values }) =>
              values.some((value) => Number(value) < one.prices.length),
            ) ??
              true) &&
            (filter.inStock ?? canBeBought(one)) === canBeBought(one) &&
            (filter.availabilities?.includes(one.availability) ?? true) &&
            (!filter.categoryIds ||
              filter.categoryIds.flatMap(below).some((id) => one.categoryIds.includes(id))) &&
            (!filter.price ||
              (filter.price.currency === one.currency &&
                one.prices.some(
                  (amount) =>
                    amount >= (filter.price?.minMinorUnits ?? 0) &&
                    amount <= (filter.price?.maxMinorUnits ?? 99),
                ))),
        )
        .sort(orders[sort])
        .map(({ id }) => id);
      const ids: string[] = [];
      let after: string | null = null;
      do {
        const variables = { filter, sort, first, after };
        const { data, errors } = await graph.execute(PRODUCTS, variables, viewer);
        expect(errors).toBeUndefined();
        const { edges, pageInfo, totalCount } = data.products;
        expect(totalCount).toBe(expected.length);
        ids.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after);
      expect(ids).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('a price range gives the same results, however early the way of reading is decided', async () => {
  for (const wanted of fc.sample(aProduct(), { numRuns: 20, seed: 31 })) {
    await listOne({ ...wanted, status: 'ACTIVE', later: null });
  }
  const client = createClient(graph.databaseUrl);
  const whole = createListingStore(client);
  const always = { NEWEST: 1_000, TITLE: 1_000, RATING: 1_000 };
  const never = { NEWEST: 0, TITLE: 0, RATING: 0 };
  const ways = [
    { near: 1, few: always },
    { near: 1, few: never },
    { near: 12, few: always },
    { near: 12, few: never },
  ].map((bounds) => createListingStore(client, bounds));
  const amount = fc.integer({ min: 1, max: 9 });
  const wanted = fc.record({
    price: fc.record({ currency: fc.constantFrom('EUR', 'JPY'), min: amount, max: amount }),
    sort: fc.constantFrom('NEWEST' as const, 'TITLE' as const, 'RATING' as const),
    categoryIds: fc.option(fc.uniqueArray(aCategory(), { minLength: 1, maxLength: 3 })),
    limit: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(wanted, async ({ price, sort, categoryIds, limit }) => {
      const criteria = {
        ...{ query: null, sellerIds: null, statuses: ['ACTIVE' as const], availabilities: null },
        ...{ categoryIds, price, minRating: null, options: null },
      };
      let after: ListingPosition | null = null;
      do {
        const request = {
          ...{ criteria, sort, after, limit },
          drafts: { sellerIds: [], all: false },
        };
        const expected: ListedProduct[] = (await whole.pages([request]))[0] ?? [];
        for (const way of ways) expect(await way.pages([request])).toEqual([expected]);
        after = expected.length === limit ? (expected.at(-1)?.position ?? null) : null;
      } while (after);
    }),
    { numRuns: 40 },
  );
  await client.$disconnect();
});

test('words and options that many products have list the same as those that few have, page after page', async () => {
  const titles = ['Stool', 'stool of oak', 'Oak stool', 'Stools', 'A stool'];
  for (let nth = 0; nth < 25; nth += 1) {
    const onlySome = fc.sample(aProduct(), { numRuns: 1, seed: nth })[0];
    if (!onlySome) throw new Error('There is no product.');
    const title = titles[nth % titles.length] as typeof onlySome.title;
    await listOne({ ...onlySome, title, status: 'ACTIVE', later: null });
  }
  const client = createClient(graph.databaseUrl);
  const whole = createListingStore(client);
  // Whatever is asked for is common; the walk ends at once, in the middle of a list, or never.
  const ways = [1, 12, 1_000].map((walked) =>
    createListingStore(client, { shelved: 0, found: 1, walked }),
  );
  const amount = fc.integer({ min: 1, max: 9 });
  const wanted = fc.record({
    query: fc.constantFrom('stool', 'oak stool', 'sto', null),
    options: fc.constantFrom<(OptionFilter[] | null)[]>(
      null,
      [{ name: 'Kind', values: ['0', '1'] }],
      [{ name: 'Kind', values: ['2'] }],
    ),
    price: fc.option(
      fc.record({ currency: fc.constantFrom('EUR', 'JPY'), min: amount, max: amount }),
    ),
    sort: fc.constantFrom(...PRODUCT_SORTS),
    categoryIds: fc.option(fc.uniqueArray(aCategory(), { minLength: 1, maxLength: 3 })),
    minRating: fc.constantFrom(null, null, 2),
    limit: fc.integer({ min: 1, max: 5 }),
  });
  const all = async (
    store: ListingStore,
    request: Omit<ListingPage, 'after' | 'limit'>,
    limit: number,
  ) => {
    const ids: string[] = [];
    for (let after: ListingPosition | null = null; ; ) {
      const page: ListedProduct[] = (await store.pages([{ ...request, after, limit }]))[0] ?? [];
      ids.push(...page.map(({ product }) => product.id));
      if (page.length < limit) return ids;
      after = page.at(-1)?.position ?? null;
    }
  };
  const NO_FILTER = { options: null, price: null, categoryIds: null, minRating: null };
  const seen = { found: 0, shown: 0 };
  await fc.assert(
    fc.asyncProperty(wanted, async ({ query, options, price, sort, limit, ...others }) => {
      fc.pre(query !== null || (options !== null && sort !== 'RELEVANCE'));
      fc.pre(price !== null || !sort.startsWith('PRICE'));
      const criteria = {
        ...{ query, options, price, sellerIds: null, statuses: ['ACTIVE' as const] },
        ...{ availabilities: null, ...others },
      };
      const request = { criteria, drafts: { sellerIds: [], all: false } };
      const sorted = (order: ProductSort) => all(whole, { ...request, sort: order }, 1_000);
      const expected = await sorted(sort);
      if (sort === 'RELEVANCE') {
        // Those whose title begins like the query by title, then the others, newest first.
        const { rows } = await db.query('SELECT id FROM product WHERE starts_with(title_key, $1)', [
          sortKeyOf(query ?? ''),
        ]);
        const begins = new Set(rows.map(({ id }) => id));
        const common = [
          ...(await sorted('TITLE')).filter((id) => begins.has(id)),
          ...(await sorted('NEWEST')).filter((id) => !begins.has(id)),
        ];
        expect([...common].sort()).toEqual([...expected].sort());
        const beginning = common.filter((id) => begins.has(id)).length;
        seen.shown += Number(beginning > 0 && beginning < common.length);
        expected.splice(0, expected.length, ...common);
      }
      seen.found += expected.length;
      for (const way of ways) expect(await all(way, { ...request, sort }, limit)).toEqual(expected);
      const [total] = await whole.counts([request]);
      expect(total).toEqual({ count: expected.length, exact: true });
      // So many are counted as are looked at; where that is not all, there are at least as many.
      for (const counted of [5, 1_000]) {
        const [some] = await createListingStore(client, { shelved: 0, found: 1, counted }).counts([
          request,
        ]);
        if (counted === 1_000) expect(some).toEqual(total);
        if (some?.exact) expect(some).toEqual(total);
        expect(some?.count).toBeLessThanOrEqual(
          some?.exact ? expected.length : Math.min(5, expected.length),
        );
      }
    }),
    {
      numRuns: 60,
      // Titles that begin like the query, and others, in every run.
      examples: [[{ query: 'stool', sort: 'RELEVANCE', limit: 3, ...NO_FILTER }]],
    },
  );
  expect(seen.found).toBeGreaterThan(100);
  expect(seen.shown).toBeGreaterThan(0);
  await client.$disconnect();
});

test('a list in the order of relevance goes on as it began, also when its words became common or rare meanwhile', async () => {
  for (let nth = 0; nth < 6; nth += 1)
    await list(graph, { title: nth % 2 ? `Settee ${nth}` : `Old settee ${nth}` }, as('listing-a'));
  const client = createClient(graph.databaseUrl);
  const few = createListingStore(client);
  const many = createListingStore(client, { shelved: 0, found: 1 });
  const criteria = checkedCriteria('settee', null);
  const page = async (store: ListingStore, after: ListingPosition | null) => {
    const request = { criteria, drafts: { sellerIds: [], all: false }, sort: 'RELEVANCE' as const };
    return (await store.pages([{ ...request, after, limit: 2 }]))[0] ?? [];
  };
  const idsOf = async (stores: readonly ListingStore[]) => {
    const ids: string[] = [];
    let after: ListingPosition | null = null;
    for (const store of stores) {
      const rows: ListedProduct[] = await page(store, after);
      ids.push(...rows.map(({ product }) => product.id));
      after = rows.at(-1)?.position ?? null;
    }
    return ids;
  };
  for (const [begun, later] of [
    [few, many],
    [many, few],
  ] as const) {
    const ids = await idsOf([begun, later, later]);
    expect(new Set(ids).size).toBe(6);
    expect(ids).toEqual(await idsOf([begun, begun, begun]));
  }
  await client.$disconnect();
});

test('any change of a product keeps its shelves true', async () => {
  const seller = as('listing-a');
  const run = await reservationsOf(graph);
  const { id, ...product } = await list(graph, { status: 'DRAFT' }, seller);
  const variantId = variantIdOf({ id, ...product } as never);
  const update = (change: object) => graph.execute(UPDATE, { input: { id, ...change } }, seller);
  const adjust = async (delta: number) => {
    const reason = 'COUNTED';
    const input = { variantId, delta, reason, idempotencyKey: randomUUID() };
    const data = await graph.ask(ADJUST, { input }, seller);
    expect(data.adjustInventory.errors).toEqual([]);
  };
  const variant = (change: object) =>
    graph.execute(UPDATE_VARIANT, { input: { id: variantId, ...change } }, seller);
  let orderId = '';
  const steps: (() => Promise<unknown>)[] = [
    () => update({ status: 'ACTIVE' }),
    () => update({ title: 'Another Títle', categoryIds: categoryIds.slice(0, 2) }),
    () => update({ categoryIds: categoryIds.slice(1, 3) }),
    () => variant({ price: eur(7) }),
    async () => {
      orderId = await run.reserve([{ variantId, quantity: 10 }]);
    },
    () => variant({ inventoryPolicy: 'CONTINUE' }),
    () => variant({ lowStockThreshold: 3 }),
    () => variant({ inventoryPolicy: 'DENY' }),
    () => run.release(orderId),
    () => adjust(-10),
    () => adjust(3),
    () => update({ status: 'ARCHIVED', categoryIds: [] }),
  ];
  const seen = new Set<string>();
  for (const step of steps) {
    await step();
    expect(await differences()).toEqual([]);
    const { rows } = await db.query('SELECT * FROM listing WHERE product_id = $1 ORDER BY shelf', [
      id,
    ]);
    seen.add(JSON.stringify(rows));
  }
  // Most of the steps changed something that lists go by; the stock came and went in some.
  expect(seen.size).toBeGreaterThan(5);
  await run.infrastructure.close();
});

/** Sells the last of both variants of a product in two transactions, neither committed before the other has sold. */
async function sellBothAtOnce(): Promise<string> {
  const options = [{ name: 'Kind', values: ['a', 'b'] }];
  const variants = ['a', 'b'].map((value) => ({
    sku: randomUUID(),
    price: eur(5),
    openingStock: 1,
    selectedOptions: [{ name: 'Kind', value }],
  }));
  const product = await list(graph, { options, variants });
  const ids: string[] = product.variants.edges.map(({ node }: { node: { id: string } }) => node.id);
  const sellers = ids.map(() => openClient({ connectionString: graph.databaseUrl }));
  for (const seller of sellers) {
    await seller.connect();
    await seller.query('BEGIN');
  }
  const [first, second] = sellers as [typeof db, typeof db];
  const sell = (client: typeof db, id: string | undefined) =>
    client.query('UPDATE stock_item SET reserved = 1 WHERE variant_id = $1', [id]);
  await sell(first, ids[0]);
  const session = await sessionOf(first);
  let isSold = false;
  const sold = sell(second, ids[1]).then(() => {
    isSold = true;
  });
  await until(async () => isSold || (await isWaitedFor(graph, session)));
  await first.query('COMMIT');
  await sold;
  await second.query('COMMIT');
  for (const seller of sellers) await seller.end();
  const { rows } = await db.query(
    `SELECT availability FROM listing WHERE product_id = $1 AND shelf = '/'`,
    [product.id],
  );
  return rows[0].availability;
}

test('concurrent sales of the last units of two variants see each other', async () => {
  expect(await sellBothAtOnce()).toBe('OUT');
});

test('without a lock of the product they would (mutant)', async () => {
  const { rows } = await db.query(`SELECT pg_get_functiondef('shelve'::regproc) AS definition`);
  await db.query(shelveWithoutLock(rows[0].definition));
  try {
    expect(await sellBothAtOnce()).toBe('IN_STOCK');
  } finally {
    await db.query(rows[0].definition);
  }
});
