import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  list,
  SAVE_CATEGORY,
  SAVE_VARIANT,
  startProducts,
  UPDATE,
  variantIdOf,
} from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const seller = as('sela');
const update = async (
  input: Record<string, unknown>,
  viewer: ReturnType<typeof as> | null = seller,
) => {
  const answer = await graph.execute(UPDATE, { input }, viewer);
  return answer.data?.updateProduct ?? answer;
};
const saveVariant = async (input: Record<string, unknown>, viewer = seller) => {
  const answer = await graph.execute(SAVE_VARIANT, { input }, viewer);
  return answer.data?.saveVariant ?? answer;
};

describe('updateProduct', () => {
  test('changes what is given, leaves the rest, and counts', async () => {
    const { id, slug } = await list(graph);
    const { product, errors } = await update({ id, expectedVersion: 1, title: 'Copper lamp' });
    expect(errors).toEqual([]);
    expect(product).toMatchObject({
      title: 'Copper lamp',
      slug,
      description: 'Hand-made.',
      version: 2,
    });
    expect((await update({ id, description: null })).product).toMatchObject({
      description: null,
      version: 3,
    });
  });

  test('a change that changes nothing is no change', async () => {
    const { id, title } = await list(graph);
    expect((await update({ id, title })).product.version).toBe(1);
  });

  test('of two who change the same version, one is told to look again', async () => {
    const { id } = await list(graph);
    const answers = await Promise.all(
      ['One', 'Two', 'Three'].map((title) => update({ id, expectedVersion: 1, title })),
    );
    expect(answers.filter(({ product }) => product)).toHaveLength(1);
    const errors = answers.flatMap((answer) => answer.errors);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatchObject({
      __typename: 'VersionConflictError',
      code: 'VERSION_CONFLICT',
      currentVersion: 2,
    });
  });

  test('a product goes on sale, is archived and comes back, but never hides again', async () => {
    const { id } = await list(graph, { status: 'DRAFT' });
    const go = async (status: string) => {
      const { product, errors } = await update({ id, status });
      return product?.status ?? errors[0].code;
    };
    expect(await go('ACTIVE')).toBe('ACTIVE');
    expect(await go('DRAFT')).toBe('ILLEGAL_TRANSITION');
    expect(await go('ARCHIVED')).toBe('ARCHIVED');
    expect(await go('DRAFT')).toBe('ILLEGAL_TRANSITION');
    expect(await go('ACTIVE')).toBe('ACTIVE');
  });

  test('a slug is unique, and unchanged it is no change', async () => {
    const { slug } = await list(graph);
    const other = await list(graph);
    expect((await update({ id: other.id, slug })).errors).toMatchObject([{ code: 'SLUG_TAKEN' }]);
    expect((await update({ id: other.id, slug: other.slug })).product.version).toBe(1);
    expect((await update({ id: other.id, slug: 'quite-new' })).product.slug).toBe('quite-new');
  });

  test('a draft’s slug tells nobody of it, and becomes the wanted one when it is published', async () => {
    const draft = await list(graph, { title: 'Secret vase', status: 'DRAFT' });
    const chosen = await list(graph, { slug: 'secret-bowl', status: 'DRAFT' });
    expect(draft.slug).toMatch(/^secret-vase-[0-9a-z]{5}$/);
    expect(chosen.slug).toMatch(/^secret-bowl-[0-9a-z]{5}$/);
    // Somebody else gets what they would get if there were no draft.
    const other = await list(graph, { title: 'Secret vase' }, as('sol'));
    expect(other.slug).toBe('secret-vase');
    expect((await list(graph, { slug: 'secret-bowl' }, as('sol'))).slug).toBe('secret-bowl');

    const renamed = (await update({ id: draft.id, slug: 'secret-jar' })).product;
    expect(renamed.slug).toMatch(/^secret-jar-[0-9a-z]{5}$/);
    expect((await update({ id: draft.id, slug: renamed.slug })).product.slug).toBe(renamed.slug);
    const published = await update({ id: draft.id, status: 'ACTIVE' });
    expect(published.product.slug).toBe('secret-jar');
    expect(
      (await update({ id: chosen.id, slug: 'secret-bowl', status: 'ACTIVE' })).errors,
    ).toMatchObject([{ code: 'SLUG_TAKEN' }]);
    expect((await update({ id: chosen.id, status: 'ACTIVE' })).product.slug).toBe('secret-bowl-2');
  });

  test('bad input is told apart and changes nothing', async () => {
    const { id } = await list(graph);
    const codes = async (input: Record<string, unknown>) => (await update(input)).errors[0].code;
    expect(await codes({ id, title: null })).toBe('BAD_USER_INPUT');
    expect(await codes({ id, title: '' })).toBe('BAD_USER_INPUT');
    expect(await codes({ id, slug: '-' })).toBe('BAD_USER_INPUT');
    expect(await codes({ id, categoryIds: ['prd_x'] })).toBe('CATEGORY_NOT_FOUND');
    expect(await codes({ id: '', title: 'x' })).toBe('PRODUCT_NOT_FOUND');
    expect(await codes({ id: seller.userId, title: 'x' })).toBe('PRODUCT_NOT_FOUND');
    expect(await codes({ id: 'x'.repeat(10_000), title: 'x' })).toBe('PRODUCT_NOT_FOUND');
    expect((await update({ id, title: 'Same', expectedVersion: 1 })).errors).toEqual([]);
  });

  test('its seller and staff may; others may not, and of a draft they learn nothing', async () => {
    const active = await list(graph);
    const draft = await list(graph, { status: 'DRAFT' });
    const codeFor = async (id: string, viewer: ReturnType<typeof as>) =>
      (await update({ id, description: `by ${viewer.roles}` }, viewer)).errors[0]?.code;
    expect(await codeFor(active.id, seller)).toBeUndefined();
    expect(await codeFor(active.id, as('ida', 'ADMIN'))).toBeUndefined();
    expect(await codeFor(active.id, as('anna'))).toBe('NOT_THE_SELLER');
    expect(await codeFor(active.id, as('other', 'SELLER'))).toBe('NOT_THE_SELLER');
    expect(await codeFor(active.id, as('sue', 'SUPPORT'))).toBe('NOT_THE_SELLER');
    expect(await codeFor(draft.id, as('anna'))).toBe('PRODUCT_NOT_FOUND');
    expect(await codeFor(draft.id, as('other', 'SELLER'))).toBe('PRODUCT_NOT_FOUND');
    expect(await update({ id: active.id, title: 'x' }, null)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

describe('saveVariant', () => {
  test('a changed price moves the product’s price range and both versions', async () => {
    const product = await list(graph);
    const { variant, errors } = await saveVariant({
      id: variantIdOf(product),
      priceMinor: 3900,
      compareAtPriceMinor: 4900,
      weightGrams: 800,
    });
    expect(errors).toEqual([]);
    expect(variant).toMatchObject({
      version: 2,
      price: { minorUnits: 3900 },
      compareAtPrice: { minorUnits: 4900 },
      weightGrams: 800,
      product: { version: 2, priceRange: { min: { minorUnits: 3900 }, max: { minorUnits: 3900 } } },
    });
  });

  test('a variant is added with its options and stock', async () => {
    const option = (value: string) => [{ name: 'Size', value }];
    const product = await list(graph, {
      options: [{ name: 'Size', values: ['M', 'L'] }],
      variants: [{ sku: 'ADD-M', priceMinor: 100, currency: 'EUR', selectedOptions: option('M') }],
    });
    const added = { productId: product.id, sku: 'ADD-L', priceMinor: 150, onHand: 2 };
    expect((await saveVariant({ ...added, selectedOptions: option('M') })).errors).toMatchObject([
      { code: 'BAD_USER_INPUT', path: ['input', 'selectedOptions'] },
    ]);
    const { variant } = await saveVariant({ ...added, selectedOptions: option('L') });
    expect(variant).toMatchObject({
      title: 'L',
      inventory: { onHand: 2 },
      product: { version: 2, priceRange: { min: { minorUnits: 100 }, max: { minorUnits: 150 } } },
    });
  });

  test('stock rules change without touching the variant', async () => {
    const id = variantIdOf(await list(graph));
    const input = { id, inventoryPolicy: 'CONTINUE', lowStockThreshold: 3 };
    expect((await saveVariant(input)).variant).toMatchObject({
      version: 1,
      inventory: { policy: 'CONTINUE', lowStockThreshold: 3 },
    });
  });

  test('bad input, a taken SKU and foreign variants are refused', async () => {
    const taken = (await list(graph)).defaultVariant.sku;
    const product = await list(graph);
    const id = variantIdOf(product);
    const code = async (input: Record<string, unknown>, viewer = seller) =>
      (await saveVariant(input, viewer)).errors[0]?.code;
    expect(await code({})).toBe('BAD_USER_INPUT');
    expect(await code({ id, productId: product.id })).toBe('BAD_USER_INPUT');
    expect(await code({ id, priceMinor: -5 })).toBe('BAD_USER_INPUT');
    expect(await code({ id, onHand: 5 })).toBe('BAD_USER_INPUT');
    expect(await code({ id, sku: taken })).toBe('SKU_TAKEN');
    expect(await code({ id, sku: taken.toLowerCase() })).toBe('SKU_TAKEN');
    expect(await code({ id, sku: product.defaultVariant.sku.toLowerCase() })).toBeUndefined();
    expect(await code({ id, expectedVersion: 7, priceMinor: 1 })).toBe('VERSION_CONFLICT');
    expect(await code({ id: product.id, priceMinor: 1 })).toBe('PRODUCT_VARIANT_NOT_FOUND');
    expect(await code({ id, priceMinor: 1 }, as('anna'))).toBe('NOT_THE_SELLER');
    expect(await code({ id, priceMinor: 1 })).toBeUndefined();
  });

  test('a variant of somebody’s draft answers as one that does not exist', async () => {
    const draft = await list(graph, { status: 'DRAFT' });
    const answer = async (id: string, more: object) =>
      JSON.stringify(await saveVariant({ id, ...more }, as('anna')));
    for (const more of [{ priceMinor: 1 }, { onHand: 1 }, { sku: 'X' }, { expectedVersion: 9 }]) {
      const hidden = await answer(variantIdOf(draft), more);
      expect(hidden).toBe(await answer(newId('var'), more));
      expect(hidden).toContain('PRODUCT_VARIANT_NOT_FOUND');
    }
    // What is wrong with the form itself is said of either.
    const malformed = await answer(variantIdOf(draft), { sku: '' });
    expect(malformed).toBe(await answer(newId('var'), { sku: '' }));
    expect(malformed).toContain('BAD_USER_INPUT');
  });

  test('ten at once leave the price range right', async () => {
    const product = await list(graph);
    const id = variantIdOf(product);
    const prices = Array.from({ length: 10 }, (_, index) => 1000 + index);
    await Promise.all(prices.map((priceMinor) => saveVariant({ id, priceMinor })));
    const { variant } = await saveVariant({ id });
    expect(variant.product.priceRange.min.minorUnits).toBe(variant.price.minorUnits);
    expect(variant.version).toBe(11);
  });
});

describe('saveCategory', () => {
  const save = async (input: Record<string, unknown>, viewer = as('ida', 'ADMIN')) =>
    (await graph.execute(SAVE_CATEGORY, { input }, viewer)).data.saveCategory;

  test('staff build a tree that cannot run in circles', async () => {
    const top = (await save({ slug: 'top', name: 'Top' })).category;
    const mid = (await save({ slug: 'mid', name: 'Mid', parentId: top.id })).category;
    const leaf = (await save({ slug: 'leaf', name: 'Leaf', parentId: mid.id })).category;
    expect(leaf.parent.id).toBe(mid.id);
    const code = async (input: Record<string, unknown>) => (await save(input)).errors[0].code;
    expect(await code({ id: top.id, slug: 'top', name: 'Top', parentId: leaf.id })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await code({ id: top.id, slug: 'top', name: 'Top', parentId: top.id })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await code({ slug: 'top', name: 'Another' })).toBe('SLUG_TAKEN');
    expect(await code({ slug: 'new', name: 'New', parentId: 'cat_none' })).toBe(
      'CATEGORY_NOT_FOUND',
    );
    const moved = await save({ id: leaf.id, slug: 'leaf', name: 'Leaf', parentId: top.id });
    expect(moved.category.parent.id).toBe(top.id);
  });

  test('nobody else may', async () => {
    for (const viewer of [as('anna'), as('sam', 'SELLER'), as('mo', 'MODERATOR')]) {
      const { category, errors } = await save({ slug: 'mine', name: 'Mine' }, viewer);
      expect(category).toBeNull();
      expect(errors).toMatchObject([{ __typename: 'ForbiddenError', code: 'STAFF_REQUIRED' }]);
    }
  });
});
