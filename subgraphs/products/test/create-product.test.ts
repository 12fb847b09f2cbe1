import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { newId, systemClock } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { as, insist, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { products } from '../src/app.ts';
import type { CreateProductInput } from '../src/domain/new-product.ts';
import { createProduct } from '../src/use-cases/create-product.ts';
import type { ProductsDeps } from '../src/use-cases/deps.ts';
import { aProduct, CREATE, eur, list, sellerIdOf, startProducts } from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const create = async (input: Record<string, unknown>, viewer = as('sela')) => {
  const answer = await insist(() => graph.execute(CREATE, { input }, viewer));
  return answer.data?.createProduct ?? answer;
};

const variant = (sku: string, given: Record<string, unknown> = {}) => ({
  sku,
  price: eur(1000),
  ...given,
});

test('a product is listed with its options, variants, prices and stock', async () => {
  const { product, errors } = await create({
    title: '  Linen shirt, à la mode ',
    description: 'Light.',
    options: [
      { name: 'Size', values: ['M', 'L'] },
      { name: 'Colour', values: ['Sand'] },
    ],
    variants: [
      variant('SHIRT-M', {
        price: eur(3900),
        compareAtPrice: eur(4900),
        openingStock: 3,
        weightGrams: 210,
        lowStockThreshold: 2,
        selectedOptions: [
          { name: 'Colour', value: 'Sand' },
          { name: 'Size', value: 'M' },
        ],
      }),
      variant('SHIRT-L', {
        price: eur(4100),
        selectedOptions: [
          { name: 'Size', value: 'L' },
          { name: 'Colour', value: 'Sand' },
        ],
      }),
    ],
  });
  expect(errors).toEqual([]);
  expect(product).toMatchObject({
    slug: 'linen-shirt-a-la-mode',
    title: 'Linen shirt, à la mode',
    status: 'ACTIVE',
    version: 1,
    inStock: true,
    archivedAt: null,
    seller: { id: sellerIdOf(as('sela')) },
    options: [
      { name: 'Size', values: ['M', 'L'] },
      { name: 'Colour', values: ['Sand'] },
    ],
    priceRange: {
      min: { minorUnits: 3900, currency: 'EUR', formatted: '€39.00' },
      max: { minorUnits: 4100 },
    },
    defaultVariant: { sku: 'SHIRT-M' },
    variants: {
      totalCount: 2,
      edges: [
        {
          node: {
            title: 'M / Sand',
            weightGrams: 210,
            compareAtPrice: { minorUnits: 4900 },
            selectedOptions: [
              { name: 'Size', value: 'M' },
              { name: 'Colour', value: 'Sand' },
            ],
            inventory: {
              available: 3,
              onHand: 3,
              reserved: 0,
              policy: 'DENY',
              lowStockThreshold: 2,
            },
          },
        },
        { node: { sku: 'SHIRT-L', inventory: { available: 0, onHand: 0, reserved: 0 } } },
      ],
    },
  });
  expect(product.id).toMatch(/^prd_/);
});

test.each(['Clay jug', '陶罐'])(
  'twelve products called %s at the same moment, of twelve sellers: each gets in, by a slug of its own',
  async (title) => {
    const sellers = Array.from({ length: 12 }, (_, index) => as(`jug-${index}`));
    // They wait for each other, on a busy machine for longer than a transaction may.
    const answers = await Promise.all(sellers.map((seller) => create(aProduct({ title }), seller)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const [shortest, ...others] = answers
      .map(({ product }): string => product.slug)
      .sort((a, b) => a.length - b.length);
    expect(new Set(others)).toEqual(new Set(others.map((_, index) => `${shortest}-${index + 2}`)));
  },
);

test('twelve of one title choose the same slug where none waits for the other (mutant)', async () => {
  const { infrastructure, services } = await products.open({
    ...{ config: { sellers: 'open', commissionBasisPoints: 1_000 }, newId, clock: systemClock },
    ...{ databaseUrl: graph.databaseUrl, backplane: graph.backplane, logger: silentLogger },
    cursorSecret: 'a secret for tests, long enough for anyone',
  });
  const withoutLock: ProductsDeps = {
    ...services,
    transaction: (work) =>
      services.transaction((stores) =>
        work(
          replaceStores(stores, {
            products: {
              ...stores.products,
              lockSlugsOf: async () => {},
              takenSlugs: async (...given) => {
                const taken = await stores.products.takenSlugs(...given);
                await delay(30);
                return taken;
              },
            },
          }),
        ),
      ),
  };
  const answers = await Promise.allSettled(
    Array.from({ length: 12 }, (_, index) =>
      createProduct(
        withoutLock,
        as(`pot-${index}`),
        aProduct({ title: 'Clay pot' }) as unknown as CreateProductInput,
      ),
    ),
  );
  await infrastructure.close();
  expect(answers.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
});

test('a title in other letters gets a slug of its own, and so does one without letters', async () => {
  const titles = ['Smørrebrød', 'Медная лампа', '黄铜灯', '!!!', '???'];
  const slugs = await Promise.all(titles.map(async (title) => (await list(graph, { title })).slug));
  const item = expect.stringMatching(/^item-[0-9a-z]{8}$/);
  expect(slugs).toEqual(['smorrebrod', 'mednaya-lampa', 'huang-tong-deng', item, item]);
  expect(slugs[3]).not.toBe(slugs[4]);
});

test('a chosen slug is taken as it is, once', async () => {
  expect((await list(graph, { slug: 'my-own' })).slug).toBe('my-own');
  const { product, errors } = await create(aProduct({ slug: 'my-own' }));
  expect(product).toBeNull();
  expect(errors).toMatchObject([
    { __typename: 'ConflictError', code: 'SLUG_TAKEN', path: ['input', 'slug'] },
  ]);
});

test('a SKU belongs to one variant, and the error says which one is taken', async () => {
  await list(graph, { variants: [variant('ONLY-ONE')] });
  const { errors } = await create(
    aProduct({ variants: [variant('FREE-ONE'), variant('ONLY-ONE')] }),
  );
  // Two variants without options would be the same thing, which is told with it.
  expect(errors).toMatchObject([
    { code: 'BAD_USER_INPUT' },
    { code: 'SKU_TAKEN', path: ['input', 'variants', '1', 'sku'] },
  ]);
  expect((await create(aProduct({ variants: [variant('ONLY-ONE')] }))).errors).toMatchObject([
    { __typename: 'SkuTakenError', sku: 'ONLY-ONE', path: ['input', 'variants', '0', 'sku'] },
  ]);
});

test('a SKU is its seller’s, in capitals or not: others may have the same, and learn nothing', async () => {
  const draft = { status: 'DRAFT', variants: [variant('Own-Sku')] };
  await list(graph, draft);
  for (const sku of ['OWN-SKU', 'own-sku']) {
    expect((await create(aProduct({ variants: [variant(sku)] }))).errors).toMatchObject([
      { code: 'SKU_TAKEN', sku: 'Own-Sku' },
    ]);
  }
  const other = as('sven');
  const theirs = await list(graph, { variants: [variant('OWN-SKU')] }, other);
  const BY_SKU = `query ($sku: String!) { viewer { sellerMemberships { edges { node { desk {
    variant(sku: $sku) { id sku } } } } } } }`;
  const found = async (viewer: ReturnType<typeof as> | null) => {
    const { data, errors } = await graph.execute(BY_SKU, { sku: 'own-sku' }, viewer);
    const desks: { node: { desk: { variant: object } } }[] | undefined =
      data.viewer?.sellerMemberships.edges;
    return desks?.map(({ node }) => node.desk.variant) ?? errors?.[0]?.extensions?.code;
  };
  expect(await found(other)).toEqual([theirs.defaultVariant]);
  expect(await found(as('sela'))).toMatchObject([{ sku: 'Own-Sku' }]);
  expect(await found(as('nobody'))).toEqual([]);
  expect(await found(null)).toBe('UNAUTHENTICATED');
});

test('of two requests for one SKU at once, one gets it and the other an error', async () => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => create(aProduct({ variants: [variant('WANTED')] }))),
  );
  expect(answers.filter(({ product }) => product)).toHaveLength(1);
  expect(answers.flatMap(({ errors }) => errors.map(({ code }: { code: string }) => code))).toEqual(
    Array(4).fill('SKU_TAKEN'),
  );
});

test('one key from 20 clients at once lists one product', async () => {
  const input = aProduct({ idempotencyKey: randomUUID() });
  const answers = await Promise.all(Array.from({ length: 20 }, () => create(input)));
  const ids = new Set(answers.map(({ product }) => product.id));
  expect(ids.size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  const other = await create({ ...input, title: 'Something else' });
  expect(other.errors).toMatchObject([
    { __typename: 'IdempotencyMismatchError', code: 'IDEMPOTENCY_KEY_REUSED' },
  ]);
  // Somebody else's key of the same text is another key.
  const theirs = await create(aProduct({ idempotencyKey: input.idempotencyKey }), as('other'));
  expect(theirs.product.id).not.toBe([...ids][0]);
});

describe('who may sell', () => {
  test('nobody without signing in', async () => {
    const answer = await graph.execute(CREATE, { input: aProduct() });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('only sellers and staff, when selling is granted', async () => {
    await using strict = await startProducts({
      config: { sellers: 'granted', commissionBasisPoints: 1000 },
    });
    const codesFor = async (viewer: ReturnType<typeof as>) => {
      const data = await strict.ask(CREATE, { input: aProduct() }, viewer);
      return data.createProduct.errors.map(({ code }: { code: string }) => code);
    };
    expect(await codesFor(as('anna'))).toEqual(['SELLER_REQUIRED']);
    expect(await codesFor(as('mo', 'MODERATOR'))).toEqual(['SELLER_REQUIRED']);
    expect(await codesFor(as('sam', 'SELLER'))).toEqual([]);
    expect(await codesFor(as('ida', 'ADMIN'))).toEqual([]);
  });
});

test('a new product is on sale or a draft, and nothing else can be asked for', async () => {
  const answer = await create(aProduct({ status: 'ARCHIVED' }));
  expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

describe('products that cannot be listed', () => {
  const one = (given: Record<string, unknown>) => ({ variants: [variant('BAD', given)] });
  const BAD: [string, Record<string, unknown>, string[]][] = [
    ['a blank title', { title: ' \n ' }, ['input', 'title']],
    ['a title with escape codes', { title: 'a\u001b[31mb' }, ['input', 'title']],
    ['a long title', { title: 'x'.repeat(151) }, ['input', 'title']],
    ['a huge title', { title: 'x'.repeat(200_000) }, ['input', 'title']],
    ['a long description', { description: 'é'.repeat(5001) }, ['input', 'description']],
    ['a slug with capitals', { slug: 'My-Own' }, ['input', 'slug']],
    ['no variant', { variants: [] }, ['input', 'variants']],
    [
      'a negative price',
      one({ price: eur(-1) }),
      ['input', 'variants', '0', 'price', 'minorUnits'],
    ],
    [
      'an absurd price',
      one({ price: eur(2 ** 52) }),
      ['input', 'variants', '0', 'price', 'minorUnits'],
    ],
    [
      'a reduction that is none',
      one({ compareAtPrice: eur(1000) }),
      ['input', 'variants', '0', 'compareAtPrice', 'minorUnits'],
    ],
    [
      'a cost in another currency',
      one({ unitCost: { minorUnits: 2000, currency: 'USD' } }),
      ['input', 'variants', '0', 'unitCost', 'currency'],
    ],
    [
      'a negative cost',
      one({ unitCost: eur(-1) }),
      ['input', 'variants', '0', 'unitCost', 'minorUnits'],
    ],
    ['negative stock', one({ openingStock: -1 }), ['input', 'variants', '0', 'openingStock']],
    ['negative weight', one({ weightGrams: -1 }), ['input', 'variants', '0', 'weightGrams']],
    ['a strange SKU', { variants: [variant('a b')] }, ['input', 'variants', '0', 'sku']],
    [
      'one SKU twice',
      {
        options: [{ name: 'Size', values: ['M', 'L'] }],
        variants: ['M', 'L'].map((value) =>
          variant('TWICE', { selectedOptions: [{ name: 'Size', value }] }),
        ),
      },
      ['input', 'variants', '1', 'sku'],
    ],
    [
      'an unknown option value',
      {
        options: [{ name: 'Size', values: ['M'] }],
        variants: [variant('X', { selectedOptions: [{ name: 'Size', value: 'XXL' }] })],
      },
      ['input', 'variants', '0', 'selectedOptions'],
    ],
    [
      'two currencies',
      {
        options: [{ name: 'Size', values: ['M', 'L'] }],
        variants: [
          variant('EUR', { selectedOptions: [{ name: 'Size', value: 'M' }] }),
          variant('USD', {
            price: { minorUnits: 1000, currency: 'USD' },
            selectedOptions: [{ name: 'Size', value: 'L' }],
          }),
        ],
      },
      ['input', 'variants', '1', 'price', 'currency'],
    ],
    [
      'a reduction in another currency',
      one({ compareAtPrice: { minorUnits: 2000, currency: 'USD' } }),
      ['input', 'variants', '0', 'compareAtPrice', 'currency'],
    ],
    [
      'a currency that is none',
      one({ price: { minorUnits: 1000, currency: 'ABC' } }),
      ['input', 'variants', '0', 'price', 'currency'],
    ],
    ['a category that is none', { categoryIds: ['cat_none'] }, ['input', 'categoryIds', '0']],
    ['a product as a category', { categoryIds: [as('x').userId] }, ['input', 'categoryIds', '0']],
  ];
  test.each(BAD)('%s', async (_, given, path) => {
    const { product, errors } = await create(aProduct(given));
    expect(product).toBeNull();
    expect(errors).toMatchObject([{ path }]);
    expect(['BAD_USER_INPUT', 'CATEGORY_NOT_FOUND']).toContain(errors[0].code);
  });

  test('more money than a number can say is refused before anything runs', async () => {
    const answer = await create(aProduct(one({ price: eur(2 ** 53) })));
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('text that cannot be stored is refused before anything runs', async () => {
    for (const title of ['a\0b', 'half a pair \ud800']) {
      const answer = await create(aProduct({ title }));
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});
