import { newId, type Viewer } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import { type Answer, as, type StartedSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CREATE_CATEGORY,
  eur,
  list,
  startProducts,
  UPDATE,
  UPDATE_CATEGORY,
  UPDATE_VARIANT,
  variantIdOf,
} from './catalogue.ts';

let graph: StartedSubgraph;
let db: ReturnType<typeof openClient>;
let now = new Date();
const [seller, staff] = [as('sela'), as('boss', 'ADMIN')];
beforeAll(async () => {
  graph = await startProducts({ worker: true, clock: () => now });
  db = openClient({ connectionString: graph.databaseUrl });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await graph[Symbol.asyncDispose]();
});

const errors = (...more: string[]) =>
  `errors { __typename ... on UserError { code message path } ${more.join(' ')} }`;
const USED = '... on InUseError { references }';
const deletion = (what: 'Product' | 'Variant' | 'Category') => {
  const id = `${what.toLowerCase()}Id`;
  const version =
    what === 'Category' ? ['', ''] : [', $version: Int', ', expectedVersion: $version'];
  return `mutation ($id: ID!${version[0]}) { delete${what}(${id}: $id${version[1]}) {
    deletedId ${what === 'Variant' ? 'product { priceRange { max { minorUnits } } inStock }' : ''} ${errors(USED)} } }`;
};
const ARCHIVE = `mutation ($id: ID!, $version: Int) {
  archiveProduct(productId: $id, expectedVersion: $version) { product { status archivedAt viewerCan } ${errors()} } }`;

async function ask(
  query: string,
  variables: object,
  viewer: Viewer | null = seller,
): Promise<Answer['data']> {
  const { data, errors } = await graph.execute(query, { ...variables }, viewer);
  return Object.values(data ?? {})[0] ?? errors?.[0]?.extensions?.code;
}
const codes = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code);

async function order(variantId: string, quantity = 1) {
  const orderId = newId('ord');
  const line = {
    lineId: newId('oln'),
    variantId,
    quantity,
    unitPriceMinor: 1,
    sellerOrderId: null,
  };
  const placed = {
    orderId,
    number: 'S-1',
    buyerId: as('bo').userId,
    currency: 'EUR',
    totalMinor: 1,
  };
  await graph.deliver('orders.OrderPlaced', { ...placed, lines: [line] });
  return until(async () => {
    const { rows } = await db.query('SELECT type FROM event_record WHERE stream = $1', [
      `order:${orderId}`,
    ]);
    return rows[0]?.type as string | undefined;
  });
}

test('archiving is done once, with the right and the version', async () => {
  const { id } = await list(graph);
  // She has no role in this seller, so it is not said that hers does not suffice.
  expect((await ask(ARCHIVE, { id }, as('eve'))).errors).toMatchObject([
    {
      code: 'NOT_THE_SELLER',
      message: 'Only people who work for the seller, in a role that allows it, may do this.',
    },
  ]);
  expect(codes(await ask(ARCHIVE, { id: newId('prd') }))).toEqual(['PRODUCT_NOT_FOUND']);
  expect(codes(await ask(ARCHIVE, { id, version: 9 }))).toEqual(['VERSION_CONFLICT']);
  const { product } = await ask(ARCHIVE, { id, version: 1 });
  expect(product).toMatchObject({
    status: 'ARCHIVED',
    viewerCan: ['EDIT', 'ADJUST_STOCK', 'DELETE'],
  });
  expect((await ask(ARCHIVE, { id })).errors).toEqual([]);
});

test('a product without orders is deleted completely, with an event', async () => {
  const product = await list(graph);
  await using events = await graph.subscribe(
    'subscription { catalogEvents { __typename ... on ProductDeleted { productId } } }',
  );
  await events.atLeast(1);
  const remove = (viewer = seller, version = 1) =>
    ask(deletion('Product'), { id: product.id, version }, viewer);
  expect(codes(await remove(as('eve')))).toEqual(['NOT_THE_SELLER']);
  expect(codes(await remove(seller, 7))).toEqual(['VERSION_CONFLICT']);
  expect(await remove()).toEqual({ deletedId: product.id, errors: [] });
  expect(codes(await remove())).toEqual(['PRODUCT_NOT_FOUND']);
  await events.atLeast(2);
  expect(events.items[1]?.data.catalogEvents).toEqual({
    ...{ __typename: 'ProductDeleted', productId: product.id },
  });
  const { rows } = await db.query(
    `SELECT (SELECT count(*) FROM product_variant WHERE product_id = $1)::int AS variants,
       (SELECT count(*) FROM listing WHERE product_id = $1)::int AS shelves`,
    [product.id],
  );
  expect(rows).toEqual([{ variants: 0, shelves: 0 }]);
  expect(await order(variantIdOf(product))).toBe('products.StockRejected');
});

test('an ordered product stays, with the reason; a deletion and an order at once exclude each other', async () => {
  const product = await list(graph);
  expect(await order(variantIdOf(product))).toBe('products.StockReserved');
  const refused = await ask(deletion('Product'), { id: product.id });
  expect(refused).toMatchObject({ deletedId: null, errors: [{ code: 'IN_USE', references: 1 }] });
  const shown = await graph.execute(
    'query ($id: ID!) { product(id: $id) { viewerCan } }',
    product,
    seller,
  );
  expect(shown.data.product.viewerCan).not.toContain('DELETE');
  for (let round = 0; round < 5; round += 1) {
    const raced = await list(graph);
    const [deleted, outcome] = await Promise.all([
      ask(deletion('Product'), { id: raced.id }),
      order(variantIdOf(raced)),
    ]);
    expect(outcome).toBe(
      deleted.deletedId === null ? 'products.StockReserved' : 'products.StockRejected',
    );
  }
});

test('a variant without orders can be deleted, except the last; prices and stock follow', async () => {
  const option = (value: string) => ({ selectedOptions: [{ name: 'Size', value }] });
  const product = await list(graph, {
    options: [{ name: 'Size', values: ['S', 'L'] }],
    variants: [
      { sku: `DEL-S-${newId('var')}`, price: eur(100), openingStock: 0, ...option('S') },
      { sku: `DEL-L-${newId('var')}`, price: eur(900), openingStock: 3, ...option('L') },
    ],
  });
  const [small, large] = product.variants.edges.map(
    ({ node }: { node: { id: string } }) => node.id,
  );
  const remove = (id: string) => ask(deletion('Variant'), { id });
  expect(await remove(large)).toMatchObject({
    ...{ deletedId: large, errors: [] },
    product: { priceRange: { max: { minorUnits: 100 } }, inStock: false },
  });
  expect(codes(await remove(small))).toEqual(['LAST_VARIANT']);
  expect(codes(await remove(newId('var')))).toEqual(['PRODUCT_VARIANT_NOT_FOUND']);
  const { rows } = await db.query(
    'SELECT in_stock, max_price_minor::int AS most FROM listing WHERE product_id = $1',
    [product.id],
  );
  expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(
    new Set([JSON.stringify({ in_stock: false, most: 100 })]),
  );
});

test('a category in which something is stays; an empty one goes, for staff', async () => {
  const create = async (input: object) =>
    (await ask(CREATE_CATEGORY, { input }, staff)).category.id as string;
  const parent = await create({ name: 'Parent' });
  const child = await create({ name: 'Child', parentId: parent });
  const product = await list(graph, { categoryIds: [child] });
  // Who watches the parent is to hear of what is in its part.
  const { rows: events } = await db.query(
    "SELECT payload FROM event_record WHERE stream = $1 AND type = 'products.ProductCreated'",
    [`product:${product.id}`],
  );
  expect(events.map(({ payload }) => [payload.categoryIds, payload.aboveCategoryIds])).toEqual([
    [[child], [parent]],
  ]);
  const remove = (id: string, viewer = staff) => ask(deletion('Category'), { id }, viewer);
  expect(codes(await remove(parent, seller))).toEqual(['STAFF_REQUIRED']);
  expect((await remove(parent)).errors).toMatchObject([{ code: 'IN_USE', references: 1 }]);
  expect((await remove(child)).errors).toMatchObject([{ code: 'IN_USE', references: 1 }]);
  const empty = await create({ name: 'Empty' });
  expect(await remove(empty)).toEqual({ deletedId: empty, errors: [] });
  expect(codes(await remove(empty))).toEqual(['CATEGORY_NOT_FOUND']);
});

test('an old slug still leads to its product, is given to no other, and may be taken again', async () => {
  const product = await list(graph, { slug: 'first-name' });
  const rename = (slug: string, id = product.id) => ask(UPDATE, { input: { id, slug } });
  const found = async (slug: string) =>
    (await graph.ask('query ($slug: String!) { product(slug: $slug) { id slug } }', { slug }))
      .product;
  await rename('second-name');
  expect(await found('first-name')).toEqual({ id: product.id, slug: 'second-name' });
  const other = await list(graph, { title: 'First name' });
  expect(other.slug).toBe('first-name-2');
  expect(codes(await rename('first-name', other.id))).toEqual(['SLUG_TAKEN']);
  expect(codes(await rename('first-name'))).toEqual([]);
  expect(await found('second-name')).toEqual({ id: product.id, slug: 'first-name' });

  const category = (await ask(CREATE_CATEGORY, { input: { name: 'Old shelf' } }, staff)).category;
  const again = (slug: string) => ask(UPDATE_CATEGORY, { input: { id: category.id, slug } }, staff);
  await again('new-shelf');
  const bySlug = 'query ($slug: String!) { category(slug: $slug) { id slug } }';
  expect(await ask(bySlug, { slug: 'old-shelf' })).toEqual({ id: category.id, slug: 'new-shelf' });
  const taken = { input: { name: 'Another', slug: 'old-shelf' } };
  expect(codes(await ask(CREATE_CATEGORY, taken, staff))).toEqual(['SLUG_TAKEN']);
  const next = await ask(CREATE_CATEGORY, { input: { name: 'Old shelf' } }, staff);
  expect(next.category.slug).toBe('old-shelf-2');
  expect(codes(await again('old-shelf'))).toEqual([]);
});

test('a scheduled price counts from its time, and not while the product is hidden', async () => {
  const variants = [{ sku: `DRAFT-${newId('var')}`, price: eur(20_000) }];
  const product = await list(graph, { status: 'DRAFT', variants });
  const id = variantIdOf(product);
  const lowest = async () => {
    const query = 'query ($id: ID!) { variant(id: $id) { lowestPrice30Days { minorUnits } } }';
    return (await ask(query, { id })).lowestPrice30Days?.minorUnits ?? null;
  };
  const price = (minorUnits: number) =>
    ask(UPDATE_VARIANT, { input: { id, price: eur(minorUnits) } });
  await price(1);
  await price(10_000);
  await ask(UPDATE, { input: { id: product.id, status: 'ACTIVE' } });
  expect(await lowest()).toBeNull();
  now = new Date(now.getTime() + 1_000);
  await price(8_000);
  expect(await lowest()).toBe(10_000);
});

test('the last twenty slugs of a product lead to it, and earlier ones are free for others', async () => {
  const product = await list(graph, { slug: 'renamed-0' });
  for (let n = 1; n <= 22; n += 1) {
    await ask(UPDATE, { input: { id: product.id, slug: `renamed-${n}` } });
  }
  const found = async (slug: string) =>
    (await graph.ask('query ($slug: String!) { product(slug: $slug) { slug } }', { slug })).product
      ?.slug ?? null;
  expect(await found('renamed-21')).toBe('renamed-22');
  expect(await found('renamed-2')).toBe('renamed-22');
  expect(await found('renamed-0')).toBeNull();
});

test('a price is shown with the lowest one of the thirty days before it', async () => {
  const day = 86_400_000;
  const start = now.getTime();
  const at = (days: number) => {
    now = new Date(start + days * day);
  };
  const product = await list(graph, { variants: [{ sku: 'REDUCED', price: eur(1000) }] });
  const id = variantIdOf(product);
  const price = (minorUnits: number) =>
    ask(UPDATE_VARIANT, { input: { id, price: eur(minorUnits) } });
  const lowest = async () => {
    const query = 'query ($id: ID!) { variant(id: $id) { lowestPrice30Days { minorUnits } } }';
    return (await ask(query, { id })).lowestPrice30Days?.minorUnits ?? null;
  };
  expect(await lowest()).toBeNull();
  at(10);
  await price(700);
  expect(await lowest()).toBe(1000);
  at(20);
  await price(900);
  expect(await lowest()).toBe(700);
  // What held when the thirty days began was asked for in them; what ended before was not.
  at(60);
  await price(800);
  expect(await lowest()).toBe(900);
  at(45 + 60);
  await ask(UPDATE_VARIANT, { input: { id, title: 'Another name' } });
  expect(await lowest()).toBe(900);
  // What can be asked for no more is not kept, and nothing else is said for it.
  const kept = async () => {
    const of = 'SELECT price_minor FROM price_change WHERE variant_id = $1 ORDER BY changed_at';
    return (await db.query(of, [id])).rows.map(({ price_minor }) => Number(price_minor));
  };
  expect(await kept()).toEqual([900, 800]);
  now = new Date();
});
