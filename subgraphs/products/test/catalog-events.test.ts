import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { type Answer, as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADJUST,
  eur,
  list,
  sellerIdOf,
  startProducts,
  UPDATE,
  UPDATE_VARIANT,
  variantIdOf,
} from './catalogue.ts';
import { type Reservations, reservationsOf } from './reservations.ts';

let graph: StartedSubgraph;
let shop: Reservations;
beforeAll(async () => {
  graph = await startProducts();
  shop = await reservationsOf(graph);
});
afterAll(async () => {
  await shop.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

const seller = as('sela');
const EVENTS = `subscription ($productIds: [ID!], $variantIds: [ID!], $after: EventCursor) {
  catalogEvents(productIds: $productIds, variantIds: $variantIds, after: $after) {
    __typename
    ... on StreamEvent { cursor }
    ... on InventoryChanged { previousAvailability availability backInStock soldOut variant { sku availability } }
    ... on ProductChanged { changed product { title version } }
    ... on CaughtUp { replayed }
    ... on StreamReset { reason }
  } }`;
const said = ({ items }: { readonly items: Answer[] }) =>
  items.map(({ data }) => {
    const { cursor: _, ...event } = data.catalogEvents;
    return event;
  });
const adjust = (variantId: string, delta: number) =>
  graph.execute(
    ADJUST,
    { input: { variantId, delta, reason: 'COUNTED', idempotencyKey: randomUUID() } },
    seller,
  );
const headNow = async () => (await graph.ask('{ catalogHead }')).catalogHead as string;

test('a subscriber of a variant sees it sell out and come back, with the stock of that moment', async () => {
  const product = await list(graph, {
    variants: [{ sku: 'LIVE-1', price: eur(1), openingStock: 1 }],
  });
  const variantId = variantIdOf(product);
  await using events = await graph.subscribe(EVENTS, { variantIds: [variantId] });
  await events.atLeast(1);
  await adjust(variantId, -1);
  await events.atLeast(2);
  await adjust(variantId, 5);
  await events.atLeast(3);
  await list(graph);
  await graph.execute(UPDATE, { input: { id: product.id, title: 'Live lamp' } }, seller);
  await events.atLeast(4);
  const change = (previousAvailability: string, availability: string) => ({
    __typename: 'InventoryChanged',
    previousAvailability,
    availability,
    backInStock: availability === 'IN_STOCK',
    soldOut: availability === 'OUT',
    variant: { sku: 'LIVE-1', availability },
  });
  expect(said(events)).toEqual([
    { __typename: 'CaughtUp', replayed: 0 },
    change('IN_STOCK', 'OUT'),
    change('OUT', 'IN_STOCK'),
    {
      __typename: 'ProductChanged',
      changed: ['title'],
      product: { title: 'Live lamp', version: 2 },
    },
  ]);
});

test('a reservation is seen by those who follow the product', async () => {
  const variantId = await shop.stocked(4);
  const data = await graph.ask('query ($id: ID!) { variant(id: $id) { product { id } } }', {
    id: variantId,
  });
  await using events = await graph.subscribe(EVENTS, {
    productIds: [data.variant.product.id],
  });
  await events.atLeast(1);
  const orderId = await shop.reserve([{ variantId, quantity: 4 }]);
  await events.atLeast(2);
  await shop.release(orderId);
  await events.atLeast(3);
  expect(said(events).slice(1)).toMatchObject([
    { previousAvailability: 'IN_STOCK', availability: 'OUT', soldOut: true },
    { previousAvailability: 'OUT', availability: 'IN_STOCK', backInStock: true },
  ]);
});

test('changes within a stock level are not streamed, nor are counts', async () => {
  const product = await list(graph, {
    variants: [{ sku: 'QUIET-1', price: eur(1), openingStock: 40, lowStockThreshold: 20 }],
  });
  const variantId = variantIdOf(product);
  const after = await headNow();
  for (const delta of [-1, 7, -9, 1]) await adjust(variantId, delta);
  const orderId = await shop.reserve([{ variantId, quantity: 5 }]);
  await shop.release(orderId);
  await adjust(variantId, -20);
  await adjust(variantId, 1);
  await using events = await graph.subscribe(EVENTS, { variantIds: [variantId], after });
  await events.atLeast(2);
  expect(said(events)).toMatchObject([
    { previousAvailability: 'IN_STOCK', availability: 'LOW', backInStock: false, soldOut: false },
    { __typename: 'CaughtUp', replayed: 1 },
  ]);
});

test('a stream continues without a gap after data read with its head, and resumes after a drop', async () => {
  const product = await list(graph);
  const variantId = variantIdOf(product);
  const data = await graph.ask(
    `query ($id: ID!) { variant(id: $id) { maxQuantity } catalogHead }`,
    { id: variantId },
  );
  expect(data.variant.maxQuantity).toBe(10);
  await adjust(variantId, -10);
  await adjust(variantId, 1);
  const variables = { variantIds: [variantId] };
  let after = data.catalogHead;
  {
    await using first = await graph.subscribe(EVENTS, { ...variables, after });
    const [one] = await first.atLeast(1);
    expect(one?.data.catalogEvents).toMatchObject({ availability: 'OUT' });
    after = one?.data.catalogEvents.cursor;
  }
  await adjust(variantId, -1);
  await using second = await graph.subscribe(EVENTS, { ...variables, after });
  await second.atLeast(3);
  expect(said(second)).toMatchObject([
    { availability: 'IN_STOCK' },
    { availability: 'OUT' },
    { __typename: 'CaughtUp', replayed: 2 },
  ]);
});

test("the whole catalogue's stream has everything public, and no drafts", async () => {
  const after = await headNow();
  const hidden = await list(graph, { title: 'Hidden', status: 'DRAFT' });
  await adjust(variantIdOf(hidden), 1);
  await graph.execute(UPDATE, { input: { id: hidden.id, description: 'Still hidden' } }, seller);
  const shown = await list(graph, { title: 'Shown' });
  await graph.execute(UPDATE, { input: { id: hidden.id, status: 'ACTIVE' } }, seller);
  const price = { id: variantIdOf(shown), price: eur(4000) };
  await graph.execute(UPDATE_VARIANT, { input: price }, seller);
  await using events = await graph.subscribe(EVENTS, { after });
  await events.atLeast(4);
  expect(said(events)).toEqual([
    {
      __typename: 'ProductChanged',
      changed: ['title', 'slug', 'description', 'status', 'categories', 'options', 'variants'],
      product: { title: 'Shown', version: 2 },
    },
    {
      __typename: 'ProductChanged',
      changed: ['slug', 'status'],
      product: { title: 'Hidden', version: 3 },
    },
    {
      __typename: 'ProductChanged',
      changed: ['variants'],
      product: { title: 'Shown', version: 2 },
    },
    { __typename: 'CaughtUp', replayed: 3 },
  ]);
});

describe('subscriptions that are refused', () => {
  const codeOf = (variables: Record<string, unknown>) =>
    graph.subscribe(EVENTS, variables).then(
      async (events) => {
        await events.stop();
        return 'followed';
      },
      (error: Error) => JSON.parse(error.message)[0].extensions.code,
    );

  test('cursors that are none, edited ones, and those of another stream', async () => {
    const head = await headNow();
    expect(await codeOf({ after: head })).toBe('followed');
    for (const after of ['abc', `${head.slice(0, -2)}AA`, 'x'.repeat(300)]) {
      expect(await codeOf({ after })).toBe('BAD_USER_INPUT');
    }
  });

  test('ids of something else, and more than a hundred', async () => {
    expect(await codeOf({ productIds: [newId('var')] })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ variantIds: [newId('prd')] })).toBe('BAD_USER_INPUT');
    const many = Array.from({ length: 101 }, () => newId('prd'));
    expect(await codeOf({ productIds: many })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ productIds: [] })).toBe('followed');
  });
});

test('each change is in the log of its product, for the others to hear of, and only there', async () => {
  const product = await list(graph);
  await adjust(variantIdOf(product), 1);
  await graph.execute(UPDATE, { input: { id: product.id, title: 'New name' } }, seller);
  const events = await shop.infrastructure.log.read(`product:${product.id}`, 0, 10);
  expect(events.map(({ type, sequence }) => [type, sequence])).toEqual([
    ['products.InventoryUpdated', 1],
    ['products.ProductCreated', 2],
    ['products.InventoryUpdated', 3],
    ['products.ProductUpdated', 4],
  ]);
  expect(events[1]?.payload).toMatchObject({
    productId: product.id,
    sellerId: sellerIdOf(seller),
    status: 'ACTIVE',
    version: 1,
    variants: [{ variantId: variantIdOf(product), priceMinor: 4900, currency: 'EUR' }],
  });
  expect(events[2]?.payload).toMatchObject({
    available: 11,
    previousAvailability: 'IN_STOCK',
    availability: 'IN_STOCK',
    policy: 'DENY',
  });
});
