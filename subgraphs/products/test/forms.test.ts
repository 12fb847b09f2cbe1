import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eur, startProducts } from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const HIDDEN = '\u202eturned';

/** A form with a mistake in each of these places; the last one is found by its text rule alone. */
const FORMS: readonly [mutation: string, type: string, input: object, places: string[]][] = [
  [
    'createVariant',
    'CreateVariantInput',
    {
      productId: 'nothing',
      variant: {
        sku: 'not a sku',
        price: eur(-1),
        compareAtPrice: eur(0),
        weightGrams: -1,
        openingStock: -1,
        lowStockThreshold: -1,
        title: HIDDEN,
      },
    },
    [
      'productId',
      ...[
        ...['sku', 'price.minorUnits', 'compareAtPrice.minorUnits', 'weightGrams'],
        ...['openingStock', 'lowStockThreshold', 'title'],
      ].map((field) => `variant.${field}`),
    ],
  ],
  [
    'updateVariant',
    'UpdateVariantInput',
    {
      id: 'nothing',
      sku: 'not a sku',
      price: { minorUnits: -1, currency: 'ABC' },
      weightGrams: -1,
      lowStockThreshold: -1,
      selectedOptions: null,
      title: HIDDEN,
    },
    [
      ...['id', 'sku', 'price.minorUnits', 'price.currency', 'weightGrams'],
      ...['lowStockThreshold', 'selectedOptions', 'title'],
    ],
  ],
  [
    'updateProduct',
    'UpdateProductInput',
    { id: newId('prd'), slug: '--', categoryIds: [newId('cat')], title: null, description: HIDDEN },
    ['id', 'slug', 'categoryIds.0', 'title', 'description'],
  ],
  [
    'adjustInventory',
    'AdjustInventoryInput',
    {
      variantId: 'nothing',
      delta: 0,
      reason: 'OTHER',
      idempotencyKey: newId('evt'),
      note: HIDDEN,
    },
    ['variantId', 'delta', 'idempotencyKey', 'note'],
  ],
  [
    'createCategory',
    'CreateCategoryInput',
    { slug: '--', name: HIDDEN, idempotencyKey: 'no' },
    ['slug', 'name', 'idempotencyKey'],
  ],
  [
    'updateCategory',
    'UpdateCategoryInput',
    { id: newId('cat'), slug: '--', name: null, parentId: 'nothing' },
    ['id', 'slug', 'name', 'parentId'],
  ],
];

test.each(FORMS)('%s reports all mistakes at once, each in its place', async (...form) => {
  const [mutation, type, input, places] = form;
  const answer = await graph.execute(
    `mutation ($input: ${type}!) {
      ${mutation}(input: $input) { errors { __typename ... on UserError { path } } }
    }`,
    { input },
    as('sela', 'ADMIN'),
  );
  const told = answer.data?.[mutation].errors.map(({ path }: { path: string[] }) => path.join('.'));
  expect(told.sort()).toEqual(places.map((place) => `input.${place}`).sort());
});

test('unknown ids are reported together with the other mistakes, also if no text is wrong', async () => {
  const answer = await graph.execute(
    `mutation ($input: UpdateProductInput!) {
      updateProduct(input: $input) { errors { ... on UserError { code path } } }
    }`,
    { input: { id: newId('prd'), slug: '--' } },
    as('sela'),
  );
  expect(answer.data?.updateProduct.errors).toEqual([
    { code: 'BAD_USER_INPUT', path: ['input', 'slug'] },
    { code: 'PRODUCT_NOT_FOUND', path: ['input', 'id'] },
  ]);
});

test('a form without a mistake in its texts reports the others at once too', async () => {
  const answer = await graph.execute(
    `mutation ($input: UpdateVariantInput!) {
      updateVariant(input: $input) { errors { ... on UserError { path } } }
    }`,
    { input: { id: newId('var'), sku: '!', price: eur(-1), weightGrams: -1 } },
    as('sela'),
  );
  expect(answer.data?.updateVariant.errors).toEqual([
    { path: ['input', 'sku'] },
    { path: ['input', 'price', 'minorUnits'] },
    { path: ['input', 'weightGrams'] },
    { path: ['input', 'id'] },
  ]);
});
