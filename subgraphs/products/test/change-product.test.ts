import { randomUUID } from 'node:crypto';
import { newId, type Viewer } from '@souk/runtime/domain';
import { as, insist, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CREATE_CATEGORY,
  CREATE_VARIANT,
  eur,
  list,
  pictureOf,
  sellerIdOf,
  startProducts,
  UPDATE,
  UPDATE_CATEGORY,
  UPDATE_VARIANT,
  variantIdOf,
} from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts({ worker: true });
});
afterAll(() => graph[Symbol.asyncDispose]());

const seller = as('sela');
const update = async (
  input: Record<string, unknown>,
  viewer: ReturnType<typeof as> | null = seller,
) => {
  const answer = await insist(() => graph.execute(UPDATE, { input }, viewer));
  return answer.data?.updateProduct ?? answer;
};
const updateVariant = async (input: Record<string, unknown>, viewer = seller) => {
  const answer = await insist(() => graph.execute(UPDATE_VARIANT, { input }, viewer));
  return answer.data?.updateVariant ?? answer;
};
const createVariant = async (input: Record<string, unknown>, viewer = seller) => {
  const answer = await insist(() => graph.execute(CREATE_VARIANT, { input }, viewer));
  return answer.data?.createVariant ?? answer;
};

describe('pictures', () => {
  const shown = async (id: string) => {
    const query = `query ($id: ID!) { product(id: $id) {
      featuredMedia { id } media { id } variants { edges { node { media { id } } } } } }`;
    const { product } = await graph.ask(query, { id });
    const ids = (media: { id: string }[]) => media.map((one) => one.id);
    return {
      first: product.featuredMedia?.id ?? null,
      all: ids(product.media),
      ofVariant: ids(product.variants.edges[0].node.media),
    };
  };
  const paths = (answer: { errors: { code: string; path: string[] }[] }) =>
    answer.errors.map(({ code, path }) => [code, path.join('.')]);

  test('are shown in the given order, the first for the product; leaving them out keeps them', async () => {
    const [a, b] = [await pictureOf(graph, seller), await pictureOf(graph, seller)];
    const { id, defaultVariant, version } = await list(graph, { mediaIds: [a, b, a] });
    expect(await shown(id)).toEqual({ first: a, all: [a, b], ofVariant: [] });
    expect((await update({ id, mediaIds: [a, b] })).product.version).toBe(version);
    expect((await update({ id, mediaIds: [b, a] })).product.version).toBe(version + 1);
    await update({ id, title: 'With pictures' });
    const ofVariant = await updateVariant({ id: defaultVariant.id, mediaIds: [a] });
    expect(ofVariant).toMatchObject({ errors: [], variant: { version: 2 } });
    expect(await shown(id)).toEqual({ first: b, all: [b, a], ofVariant: [a] });
    expect((await update({ id, mediaIds: [] })).errors).toEqual([]);
    expect(await shown(id)).toEqual({ first: null, all: [], ofVariant: [a] });
  });

  test("are the member's own uploads; pictures of other members that are there stay", async () => {
    const other = as('another');
    const [own, foreign] = [await pictureOf(graph, seller), await pictureOf(graph, other)];
    const attachment = await pictureOf(graph, seller, 'CHAT_ATTACHMENT');
    const { id, defaultVariant } = await list(graph, { mediaIds: [own] });
    const none = newId('med').replace(/.{10}$/, '0000000000');
    expect(paths(await update({ id, mediaIds: [own, foreign, attachment] }))).toEqual([
      ['MEDIA_NOT_FOUND', 'input.mediaIds.1'],
      ['MEDIA_NOT_FOUND', 'input.mediaIds.2'],
    ]);
    const removed = await pictureOf(graph, seller);
    await graph.deliver('users.MediaDeleted', { mediaId: removed, ownerId: seller.userId });
    const ofNobody = `SELECT 1 FROM own_media WHERE media_id = $1 AND owner_id = ''`;
    await until(async () => (await sql(graph, ofNobody, [removed])).length === 1);
    expect(paths(await update({ id, mediaIds: [own, removed] }))).toEqual([
      ['MEDIA_NOT_FOUND', 'input.mediaIds.1'],
    ]);
    // Beside another mistake of the form, too.
    expect(paths(await update({ id, slug: 'No Slug', mediaIds: [own, none, 'x'] }))).toEqual(
      expect.arrayContaining([
        ['BAD_USER_INPUT', 'input.slug'],
        ['MEDIA_NOT_FOUND', 'input.mediaIds.2'],
      ]),
    );
    const many = Array.from({ length: 6 }, () => newId('med'));
    expect(paths(await updateVariant({ id: defaultVariant.id, mediaIds: many }))).toContainEqual([
      ...['BAD_USER_INPUT', 'input.mediaIds'],
    ]);
    // Staff rearrange what is there, whoever uploaded it, and bring nothing of others.
    const staff = as('boss', 'ADMIN');
    const theirs = await pictureOf(graph, staff);
    expect((await update({ id, mediaIds: [theirs, own] }, staff)).errors).toEqual([]);
    expect((await update({ id, mediaIds: [own, theirs] })).errors).toEqual([]);
    expect(await shown(id)).toMatchObject({ all: [own, theirs] });
  });

  test('a seller has a logo, which is announced and can be removed', async () => {
    const mark = await pictureOf(graph, seller);
    await list(graph);
    const change = async (logoMediaId: string | null) => {
      const data = await graph.ask(
        `mutation ($input: UpdateSellerInput!) { updateSeller(input: $input) {
           seller { logo { id } version } errors { ... on UserError { code path } } } }`,
        { input: { id: sellerIdOf(seller), logoMediaId } },
        seller,
      );
      return data.updateSeller;
    };
    expect(await change(mark)).toMatchObject({ seller: { logo: { id: mark } }, errors: [] });
    expect(paths(await change(await pictureOf(graph, as('another'))))).toEqual([
      ['MEDIA_NOT_FOUND', 'input.logoMediaId'],
    ]);
    expect(await change(null)).toMatchObject({ seller: { logo: null }, errors: [] });
  });
});

describe('updateProduct', () => {
  test('changes given fields, keeps the rest, and counts versions', async () => {
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

  test('of two changes to the same version, one gets a conflict', async () => {
    const { id } = await list(graph);
    const answers = await Promise.all(
      ['One', 'Two', 'Three'].map((title) => update({ id, expectedVersion: 1, title })),
    );
    const errors = answers.flatMap((answer) => answer.errors);
    expect(errors).toHaveLength(2);
    const [won] = answers.filter((answer) => answer.errors.length === 0);
    // Those who came too late are told how it is by now, and need not ask.
    for (const { product } of answers) expect(product).toEqual(won?.product);
    expect(errors[0]).toMatchObject({
      __typename: 'VersionConflictError',
      code: 'VERSION_CONFLICT',
      currentVersion: 2,
    });
  });

  test('a product goes on sale, is archived and comes back, but never becomes a draft again', async () => {
    const { id } = await list(graph, { status: 'DRAFT' });
    const go = async (status: string) => {
      const { product, errors } = await update({ id, status });
      return errors[0]?.code ?? product.status;
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

  test('a draft’s slug discloses nothing about it, and becomes the wanted one when it is published', async () => {
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

  test('each kind of bad input has its own code and changes nothing', async () => {
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

test('viewerCan lists exactly what the viewer may do with each product', async () => {
  const active = await list(graph);
  const archived = await list(graph);
  await update({ id: archived.id, status: 'ARCHIVED' });
  const CAN = 'query ($id: ID!) { product(id: $id) { viewerCan } }';
  const can = async (id: string, viewer: ReturnType<typeof as> | null) =>
    (await graph.ask(CAN, { id }, viewer)).product.viewerCan;
  const all = ['EDIT', 'ARCHIVE', 'ADJUST_STOCK', 'DELETE'];
  expect(await can(active.id, seller)).toEqual(all);
  expect(await can(active.id, as('ida', 'ADMIN'))).toEqual(all);
  expect(await can(archived.id, seller)).toEqual(['EDIT', 'ADJUST_STOCK', 'DELETE']);
  for (const viewer of [as('anna'), as('sue', 'SUPPORT'), null]) {
    expect(await can(active.id, viewer)).toEqual([]);
  }
});

describe('createVariant', () => {
  const option = (value: string) => [{ name: 'Size', value }];
  const shirt = () =>
    list(graph, {
      options: [{ name: 'Size', values: ['M', 'L'] }],
      variants: [{ sku: newId('evt'), price: eur(100), selectedOptions: option('M') }],
    });

  test('adds a variant with its options and stock, once for a key', async () => {
    const { id: productId } = await shirt();
    const variant = { sku: newId('evt'), price: eur(150), openingStock: 2 };
    const taken = { ...variant, selectedOptions: option('M') };
    expect((await createVariant({ productId, variant: taken })).errors).toMatchObject([
      { code: 'BAD_USER_INPUT', path: ['input', 'variant', 'selectedOptions'] },
    ]);
    const input = {
      productId,
      variant: { ...variant, selectedOptions: option('L') },
      idempotencyKey: randomUUID(),
    };
    const first = await createVariant(input);
    expect(first).toMatchObject({
      variant: { title: 'L', inventory: { onHand: 2 } },
      product: { version: 2, priceRange: { min: { minorUnits: 100 }, max: { minorUnits: 150 } } },
      replayed: false,
      errors: [],
    });
    expect(await createVariant(input)).toEqual({ ...first, replayed: true });
    expect((await createVariant({ ...input, productId: newId('prd') })).errors).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
  });

  test('refuses another currency, a taken SKU, and foreign products', async () => {
    const { id: productId, defaultVariant } = await shirt();
    const draft = await list(graph, { status: 'DRAFT' }, as('sol'));
    const tried = async (given: object, of = productId, viewer = seller) => {
      const variant = { sku: newId('evt'), price: eur(1), selectedOptions: option('L'), ...given };
      const { errors } = await createVariant({ productId: of, variant }, viewer);
      return errors.map(({ code, path }: { code: string; path: string[] | null }) => [
        code,
        path?.slice(1).join('.'),
      ]);
    };
    expect(await tried({ price: { minorUnits: 1, currency: 'USD' } })).toEqual([
      ['BAD_USER_INPUT', 'variant.price.currency'],
    ]);
    expect(await tried({ sku: defaultVariant.sku.toUpperCase() })).toEqual([
      ['SKU_TAKEN', 'variant.sku'],
    ]);
    expect(await tried({}, productId, as('anna'))).toEqual([['NOT_THE_SELLER', undefined]]);
    expect(await tried({}, draft.id)).toEqual(await tried({}, newId('prd')));
  });

  test('a product that is full of variants is a conflict that shows it', async () => {
    const sizes = Array.from({ length: 51 }, (_, at) => `s${at}`);
    const { id, version } = await list(graph, {
      options: [
        { name: 'Size', values: sizes.slice(0, 50) },
        { name: 'Fit', values: ['slim', 'wide', 'odd'] },
      ],
      variants: Array.from({ length: 100 }, (_, at) => ({
        sku: newId('evt'),
        price: eur(1),
        selectedOptions: [
          { name: 'Size', value: sizes[at % 50] },
          { name: 'Fit', value: at < 50 ? 'slim' : 'wide' },
        ],
      })),
    });
    const variant = {
      sku: newId('evt'),
      price: eur(1),
      selectedOptions: [
        { name: 'Size', value: 's0' },
        { name: 'Fit', value: 'odd' },
      ],
    };
    expect(await createVariant({ productId: id, variant })).toMatchObject({
      variant: null,
      product: { id, version },
      errors: [{ __typename: 'ConflictError', code: 'VARIANTS_FULL' }],
    });
  });
});

describe('updateVariant', () => {
  test('a changed price moves the product’s price range and both versions', async () => {
    const product = await list(graph);
    const answer = await updateVariant({
      id: variantIdOf(product),
      price: eur(3900),
      compareAtPrice: eur(4900),
      weightGrams: 800,
    });
    expect(answer.errors).toEqual([]);
    expect(answer).toMatchObject({
      variant: {
        version: 2,
        price: { minorUnits: 3900 },
        compareAtPrice: { minorUnits: 4900 },
        weightGrams: 800,
      },
      product: { version: 2, priceRange: { min: { minorUnits: 3900 }, max: { minorUnits: 3900 } } },
    });
    const { variant } = await updateVariant({ id: variantIdOf(product), compareAtPrice: null });
    expect(variant).toMatchObject({
      version: 3,
      price: { minorUnits: 3900 },
      compareAtPrice: null,
    });
  });

  test("the unit cost is visible to the seller's people and staff, and null removes it", async () => {
    const sku = newId('evt');
    const product = await list(graph, { variants: [{ sku, price: eur(900), unitCost: eur(400) }] });
    const id = variantIdOf(product);
    const costFor = async (viewer: Viewer | null) =>
      (
        await graph.ask(
          'query ($id: ID!) { product(id: $id) { defaultVariant { unitCost { minorUnits currency } } } }',
          { id: product.id },
          viewer,
        )
      ).product.defaultVariant.unitCost;
    const cost = { minorUnits: 400, currency: 'EUR' };
    for (const viewer of [as('sela'), as('helper', 'SUPPORT'), as('boss', 'ADMIN')]) {
      expect(await costFor(viewer)).toEqual(cost);
    }
    expect(await costFor(as('eve'))).toBeNull();
    expect(await costFor(as('otto', 'SELLER'))).toBeNull();
    await updateVariant({ id, price: eur(1000) });
    expect(await costFor(as('sela'))).toEqual(cost);
    await updateVariant({ id, unitCost: eur(500) });
    expect(await costFor(as('sela'))).toEqual({ ...cost, minorUnits: 500 });
    // No event carries it: those of a product are read by others, too.
    const told = await sql<{ payload: object }>(
      graph,
      'SELECT payload FROM event_record WHERE stream = $1',
      [`product:${product.id}`],
    );
    expect(told.length).toBeGreaterThan(2);
    expect(JSON.stringify(told)).not.toMatch(/cost/i);
    await updateVariant({ id, unitCost: null });
    expect(await costFor(as('sela'))).toBeNull();
    expect(await updateVariant({ id, unitCost: { minorUnits: 1, currency: 'USD' } })).toMatchObject(
      {
        errors: [{ code: 'BAD_USER_INPUT', path: ['input', 'unitCost', 'currency'] }],
      },
    );
  });

  test('its options change to others that no variant has', async () => {
    const option = (value: string) => [{ name: 'Size', value }];
    const product = await list(graph, {
      options: [{ name: 'Size', values: ['M', 'L', 'XL'] }],
      variants: ['M', 'L'].map((value) => ({
        sku: newId('evt'),
        price: eur(100),
        selectedOptions: option(value),
      })),
    });
    const change = (value: string) =>
      updateVariant({ id: variantIdOf(product), selectedOptions: option(value) });
    for (const value of ['L', 'XXL']) {
      expect((await change(value)).errors).toMatchObject([
        { code: 'BAD_USER_INPUT', path: ['input', 'selectedOptions'] },
      ]);
    }
    expect((await change('M')).variant.version).toBe(1);
    expect((await change('XL')).variant).toMatchObject({
      version: 2,
      selectedOptions: option('XL'),
    });
  });

  test('stock rules change without touching the variant', async () => {
    const id = variantIdOf(await list(graph));
    const input = { id, inventoryPolicy: 'CONTINUE', lowStockThreshold: 3 };
    expect((await updateVariant(input)).variant).toMatchObject({
      version: 1,
      inventory: { policy: 'CONTINUE', lowStockThreshold: 3 },
    });
  });

  test('bad input, a taken SKU and foreign variants are refused', async () => {
    const taken = (await list(graph)).defaultVariant.sku;
    const product = await list(graph);
    const id = variantIdOf(product);
    const code = async (input: Record<string, unknown>, viewer = seller) =>
      (await updateVariant(input, viewer)).errors[0]?.code;
    expect(await code({ id, price: eur(-5) })).toBe('BAD_USER_INPUT');
    expect(await code({ id, price: { minorUnits: 5, currency: 'USD' } })).toBe('BAD_USER_INPUT');
    expect(await code({ id, title: null })).toBe('BAD_USER_INPUT');
    expect(await code({ id, sku: taken })).toBe('SKU_TAKEN');
    expect(await code({ id, sku: taken.toLowerCase() })).toBe('SKU_TAKEN');
    expect(await code({ id, sku: product.defaultVariant.sku.toLowerCase() })).toBeUndefined();
    expect(await updateVariant({ id, expectedVersion: 7, price: eur(1) })).toMatchObject({
      variant: { id, version: 2 },
      product: { id: product.id },
      errors: [{ code: 'VERSION_CONFLICT', currentVersion: 2 }],
    });
    expect(await code({ id: product.id, price: eur(1) })).toBe('PRODUCT_VARIANT_NOT_FOUND');
    expect(await code({ id, price: eur(1) }, as('anna'))).toBe('NOT_THE_SELLER');
    expect(await code({ id, price: eur(1) })).toBeUndefined();
  });

  test("a variant of another's draft is answered like a missing one", async () => {
    const draft = await list(graph, { status: 'DRAFT' });
    const answer = async (id: string, more: object) =>
      JSON.stringify(await updateVariant({ id, ...more }, as('anna')));
    for (const more of [
      { price: eur(1) },
      { weightGrams: 1 },
      { sku: 'X' },
      { expectedVersion: 9 },
    ]) {
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
    await Promise.all(prices.map((price) => updateVariant({ id, price: eur(price) })));
    const { variant, product: now } = await updateVariant({ id });
    expect(now.priceRange.min.minorUnits).toBe(variant.price.minorUnits);
    expect(variant.version).toBe(11);
  });
});

describe('categories', () => {
  const staff = as('ida', 'ADMIN');
  const create = async (input: Record<string, unknown>, viewer = staff) =>
    (await graph.ask(CREATE_CATEGORY, { input }, viewer)).createCategory;
  const change = async (input: Record<string, unknown>, viewer = staff) =>
    (await graph.ask(UPDATE_CATEGORY, { input }, viewer)).updateCategory;

  test('staff build a tree that cannot run in circles', async () => {
    const top = (await create({ slug: 'top', name: 'Top' })).category;
    const mid = (await create({ name: 'Mid shelf', parentId: top.id })).category;
    const leaf = (await create({ slug: 'leaf', name: 'Leaf', parentId: mid.id })).category;
    expect(mid).toMatchObject({ slug: 'mid-shelf', version: 1, parent: { id: top.id } });
    expect(leaf.ancestors).toEqual([{ slug: 'top' }, { slug: 'mid-shelf' }]);
    const code = ({ errors }: { errors: { code: string }[] }) => errors[0]?.code;
    expect(code(await change({ id: top.id, parentId: leaf.id }))).toBe('BAD_USER_INPUT');
    expect(code(await change({ id: top.id, parentId: top.id }))).toBe('BAD_USER_INPUT');
    expect(code(await create({ slug: 'top', name: 'Another' }))).toBe('SLUG_TAKEN');
    expect(code(await create({ slug: 'new', name: 'New', parentId: 'cat_none' }))).toBe(
      'CATEGORY_NOT_FOUND',
    );
    const moved = (await change({ id: leaf.id, parentId: top.id })).category;
    expect(moved).toMatchObject({ name: 'Leaf', version: 2, parent: { id: top.id } });
    const atTop = (await change({ id: leaf.id, parentId: null })).category;
    expect(atTop).toMatchObject({ slug: 'leaf', version: 3, parent: null, ancestors: [] });
    expect((await change({ id: leaf.id, name: 'Leaf' })).category.version).toBe(3);
  });

  test("of two changes to one version, the second is shown the first's result", async () => {
    const { id } = (await create({ name: 'Contested' })).category;
    const answers = await Promise.all(
      ['One', 'Two'].map((name) => change({ id, expectedVersion: 1, name })),
    );
    const [late] = answers.filter(({ errors }) => errors.length > 0);
    const [won] = answers.filter(({ errors }) => errors.length === 0);
    expect(late).toEqual({
      category: won.category,
      errors: [expect.objectContaining({ code: 'VERSION_CONFLICT', currentVersion: 2 })],
    });
  });

  test('a key makes one category, and a name that is taken in addresses gets a number', async () => {
    const input = { name: 'Odds & ends', idempotencyKey: randomUUID() };
    const first = await create(input);
    expect(first).toMatchObject({ category: { slug: 'odds-ends' }, replayed: false });
    expect(await create(input)).toEqual({ ...first, replayed: true });
    expect((await create({ name: 'Odds, ends' })).category.slug).toBe('odds-ends-2');
  });

  test('categories are ten deep at most, whichever end is moved', async () => {
    const chain: string[] = [];
    for (let depth = 0; depth <= 10; depth += 1) {
      const { category } = await create({ name: `Depth ${depth}`, parentId: chain.at(-1) ?? null });
      chain.push(category.id);
    }
    const { errors } = await create({ name: 'Too deep', parentId: chain.at(-1) });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['input', 'parentId'] }]);
    const { category: other } = await create({ name: 'Roof' });
    const under = await change({ id: chain[0], parentId: other.id });
    expect(under.errors).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['input', 'parentId'] }]);
    expect((await change({ id: chain[1], parentId: other.id })).errors).toEqual([]);
  });

  test('nobody else may', async () => {
    for (const viewer of [as('anna'), as('sam', 'SELLER'), as('mo', 'MODERATOR')]) {
      const { category, errors } = await create({ name: 'Mine' }, viewer);
      expect(category).toBeNull();
      expect(errors).toMatchObject([{ __typename: 'ForbiddenError', code: 'STAFF_REQUIRED' }]);
    }
  });
});
