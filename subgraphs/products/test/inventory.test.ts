import { randomUUID } from 'node:crypto';
import { as, insist, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADJUST, eur, list, sellerIdOf, startProducts, UPDATE, variantIdOf } from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const seller = as('sela');
const adjust = async (
  given: Record<string, unknown>,
  viewer: ReturnType<typeof as> | null = seller,
) => {
  const input = { reason: 'COUNTED', idempotencyKey: randomUUID(), ...given };
  const answer = await insist(() => graph.execute(ADJUST, { input }, viewer));
  return answer.data?.adjustInventory ?? answer;
};
const aVariant = async (openingStock = 10) =>
  variantIdOf(
    await list(graph, {
      variants: [{ sku: `INV-${randomUUID()}`, price: eur(1), openingStock }],
    }),
  );
const LEDGER = `query ($variantId: ID!, $first: Int, $after: String) {
  stockMovements(variantId: $variantId, first: $first, after: $after) {
    edges { node { id delta reservedDelta reason adjustmentReason note actor { id } variant { id } } }
    pageInfo { hasNextPage endCursor } } }`;

type Movement = Record<string, unknown>;

test('stock goes up and down, each time with a line in the ledger', async () => {
  const variantId = await aVariant(10);
  const up = await adjust({ variantId, delta: 5, reason: 'RECEIVED', note: 'Delivery 7' });
  expect(up).toMatchObject({
    variant: { inventory: { available: 15, onHand: 15, reserved: 0 } },
    movement: {
      delta: 5,
      reservedDelta: 0,
      reason: 'ADJUSTMENT',
      adjustmentReason: 'RECEIVED',
      note: 'Delivery 7',
      actor: { id: seller.userId },
      sellerOrder: null,
    },
    errors: [],
  });
  await adjust({ variantId, delta: -3, reason: 'SOLD_ELSEWHERE' });
  await adjust({ variantId, delta: 1, reason: 'CUSTOMER_RETURN' });
  const data = await graph.ask(LEDGER, { variantId, first: 100 }, seller);
  const movements = data.stockMovements.edges.map(({ node }: { node: Movement }) => node);
  expect(
    movements.map(({ id: _, variant: __, actor: ___, ...movement }: Movement) => movement),
  ).toEqual(
    [
      [1, 'RETURN', 'CUSTOMER_RETURN'],
      [-3, 'SALE', 'SOLD_ELSEWHERE'],
      [5, 'ADJUSTMENT', 'RECEIVED'],
      [10, 'ADJUSTMENT', 'RECEIVED'],
    ].map(([delta, reason, adjustmentReason]) => ({
      ...{ delta, reason, adjustmentReason, reservedDelta: 0 },
      note: delta === 5 ? 'Delivery 7' : null,
    })),
  );
});

test('a seller reads their own stock ledger in pages, and no other', async () => {
  const keeper = as('keeper');
  const product = async (openingStock: number) =>
    variantIdOf(
      await list(
        graph,
        { variants: [{ sku: `DESK-${randomUUID()}`, price: eur(1), openingStock }] },
        keeper,
      ),
    );
  const [first, second] = [await product(3), await product(4)];
  await adjust({ variantId: first, delta: 2 }, keeper);
  const DESK = `query ($id: ID!, $variantId: ID, $first: Int, $after: String) { seller(id: $id) { desk {
    stockMovements(variantId: $variantId, first: $first, after: $after) {
      edges { node { delta variant { id } } } pageInfo { hasNextPage endCursor } } } } }`;
  const read = async (given: object = {}, viewer: ReturnType<typeof as> | null = keeper) => {
    const variables = { id: sellerIdOf(keeper), ...given };
    const { data, errors } = await graph.execute(DESK, variables, viewer);
    return data?.seller.desk?.stockMovements ?? errors?.[0]?.extensions?.code ?? null;
  };
  const deltas = ({ edges }: { edges: { node: Movement }[] }) =>
    edges.map(({ node }) => node.delta);
  const page = await read({ first: 2 });
  expect(deltas(page)).toEqual([2, 4]);
  expect(deltas(await read({ after: page.pageInfo.endCursor }))).toEqual([3]);
  expect(deltas(await read({ variantId: second }))).toEqual([4]);
  expect(await read({ variantId: await aVariant() })).toBe('PRODUCT_VARIANT_NOT_FOUND');
  expect(await read({}, seller)).toBeNull();
});

test('exact counts are for the seller and staff; others see levels and never more than ten', async () => {
  const product = await list(graph, {
    variants: [{ sku: `LVL-${randomUUID()}`, price: eur(1), openingStock: 37 }],
  });
  const variantId = variantIdOf(product);
  const SEEN = `query ($id: ID!, $reps: [_Any!]!) {
    variant(id: $id) { availability maxQuantity inventory { onHand reserved lowStockThreshold } }
    _entities(representations: $reps) { ... on ProductVariant { inventory { available } } }
  }`;
  const seenBy = async (viewer: ReturnType<typeof as> | null) =>
    (
      await graph.execute(
        SEEN,
        { id: variantId, reps: [{ __typename: 'ProductVariant', id: variantId }] },
        viewer,
      )
    ).data;
  const levels = { availability: 'IN_STOCK', maxQuantity: 10 };
  for (const viewer of [null, as('cora'), as('other', 'SELLER'), as('mo', 'MODERATOR')]) {
    expect(await seenBy(viewer)).toEqual({
      variant: { ...levels, inventory: null },
      _entities: [{ inventory: null }],
    });
  }
  for (const viewer of [seller, as('boss', 'ADMIN'), as('sue', 'SUPPORT')]) {
    expect(await seenBy(viewer)).toEqual({
      variant: {
        ...levels,
        inventory: { onHand: 37, reserved: 0, lowStockThreshold: null },
      },
      _entities: [{ inventory: { available: 37 } }],
    });
  }
});

test('a product that is not for sale says so, and is not in stock', async () => {
  const { id } = await list(graph, { title: 'Bygone' });
  const STATE = `query ($id: ID!) { product(id: $id) { availability inStock
    defaultVariant { availability maxQuantity } } }`;
  const stateOf = async () => (await graph.ask(STATE, { id })).product;
  expect(await stateOf()).toMatchObject({ availability: 'IN_STOCK', inStock: true });
  await graph.execute(UPDATE, { input: { id, status: 'ARCHIVED' } }, seller);
  expect(await stateOf()).toEqual({
    availability: 'NOT_FOR_SALE',
    inStock: false,
    defaultVariant: { availability: 'NOT_FOR_SALE', maxQuantity: 0 },
  });
});

test('the ledger is read in pages, newest first', async () => {
  const variantId = await aVariant(1);
  for (let index = 1; index <= 4; index += 1) await adjust({ variantId, delta: index });
  const deltas: number[] = [];
  let after: string | null = null;
  do {
    const data = await graph.ask(LEDGER, { variantId, first: 2, after }, seller);
    const { edges, pageInfo } = data.stockMovements;
    deltas.push(...edges.map(({ node }: { node: { delta: number } }) => node.delta));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  expect(deltas).toEqual([4, 3, 2, 1, 1]);
});

test('stock never goes below zero, and a refusal tells how much there is', async () => {
  const variantId = await aVariant(2);
  const { variant, errors } = await adjust({ variantId, delta: -3 });
  expect(variant).toEqual({ id: variantId, inventory: { available: 2, onHand: 2, reserved: 0 } });
  expect(errors).toEqual([
    {
      __typename: 'NegativeStockError',
      code: 'NEGATIVE_STOCK',
      message: 'Only 2 can be removed.',
      path: ['input', 'delta'],
      onHand: 2,
      reserved: 0,
    },
  ]);
});

test('of 20 concurrent reservations of 7 units, 7 succeed', async () => {
  const variantId = await aVariant(7);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => adjust({ variantId, delta: -1 })),
  );
  expect(answers.filter(({ movement }) => movement)).toHaveLength(7);
});

test('the same key moves stock once, for 20 clients at once', async () => {
  const variantId = await aVariant(0);
  const input = { variantId, delta: 4, idempotencyKey: randomUUID() };
  const answers = await Promise.all(Array.from({ length: 20 }, () => adjust(input)));
  expect(new Set(answers.map(({ movement }) => movement.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect((await adjust(input)).variant.inventory.onHand).toBe(4);
  expect((await adjust({ ...input, delta: 5 })).errors).toMatchObject([
    { __typename: 'IdempotencyMismatchError' },
  ]);
});

test('bad input is refused and moves nothing', async () => {
  const variantId = await aVariant(5);
  const code = async (given: Record<string, unknown>) =>
    (await adjust({ variantId, delta: 1, ...given })).errors[0].code;
  expect(await code({ delta: 0 })).toBe('BAD_USER_INPUT');
  expect(await code({ delta: 1_000_001 })).toBe('BAD_USER_INPUT');
  expect(await code({ delta: 2 ** 31 - 1 })).toBe('BAD_USER_INPUT');
  for (const reason of ['DAMAGED', 'LOST', 'SOLD_ELSEWHERE']) {
    expect(await code({ delta: 1, reason })).toBe('BAD_USER_INPUT');
  }
  for (const reason of ['RECEIVED', 'CUSTOMER_RETURN']) {
    expect(await code({ delta: -1, reason })).toBe('BAD_USER_INPUT');
  }
  // What orders do with stock cannot be asked for.
  for (const reason of ['RESERVATION', 'RELEASE', 'SALE', 'RETURN']) {
    const answer = await adjust({ variantId, delta: 1, reason });
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  }
  expect(await code({ note: 'x'.repeat(501) })).toBe('BAD_USER_INPUT');
  expect(await code({ variantId: 'var_none' })).toBe('PRODUCT_VARIANT_NOT_FOUND');
  expect(await code({ variantId: seller.userId })).toBe('PRODUCT_VARIANT_NOT_FOUND');
  expect(await adjust({ variantId, delta: 2 ** 31 })).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect((await adjust({ variantId, delta: 1 })).variant.inventory.onHand).toBe(6);
});

test('only its seller and staff move stock; its ledger is for them and support', async () => {
  const variantId = await aVariant(5);
  const moves = async (viewer: ReturnType<typeof as>) =>
    (await adjust({ variantId, delta: 1 }, viewer)).errors[0]?.code ?? 'done';
  expect(await moves(seller)).toBe('done');
  expect(await moves(as('ida', 'ADMIN'))).toBe('done');
  expect(await moves(as('anna'))).toBe('NOT_THE_SELLER');
  expect(await moves(as('other', 'SELLER'))).toBe('NOT_THE_SELLER');
  expect(await moves(as('sue', 'SUPPORT'))).toBe('NOT_THE_SELLER');
  expect(await adjust({ variantId, delta: 1 }, null)).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  const reads = async (viewer: ReturnType<typeof as> | null) => {
    const { data, errors } = await graph.execute(LEDGER, { variantId }, viewer);
    return errors?.[0]?.extensions?.code ?? data.stockMovements.edges.length;
  };
  expect(await reads(seller)).toBe(3);
  expect(await reads(as('ida', 'ADMIN'))).toBe(3);
  expect(await reads(as('sue', 'SUPPORT'))).toBe(3);
  expect(await reads(as('other', 'SELLER'))).toBe('PRODUCT_VARIANT_NOT_FOUND');
  expect(await reads(null)).toBe('UNAUTHENTICATED');
});
