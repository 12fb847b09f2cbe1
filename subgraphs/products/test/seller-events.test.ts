import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import { type Answer, as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
import { REMOVE_MEMBER } from './sellers.ts';

let graph: StartedSubgraph;
const seller = as('sela');
beforeAll(async () => {
  graph = await startProducts({ worker: true });
});
afterAll(() => graph[Symbol.asyncDispose]());

const EVENTS = `subscription ($sellerId: ID!, $after: EventCursor) { sellerCatalogEvents(sellerId: $sellerId, after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on StreamReset { reason }
  ... on StockLevelChanged { low variant { id inventory { onHand } } movement { delta reservedDelta reason sellerOrder { id } } }
  ... on ProductChanged { changed product { id } }
} }`;
const shown = ({ data }: Answer) => {
  const { cursor: _, ...event } = data.sellerCatalogEvents;
  return event;
};
const adjust = (variantId: string, delta: number) => {
  const reason = delta > 0 ? 'RECEIVED' : 'LOST';
  return graph.execute(
    ADJUST,
    { input: { variantId, delta, reason, idempotencyKey: randomUUID() } },
    seller,
  );
};
const lowOf = async () => {
  const query = `query ($id: ID!, $after: String) { seller(id: $id) { desk { lowStock(first: 1, after: $after) {
    totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } } } }`;
  const found: string[] = [];
  let after: string | null = null;
  do {
    const data = await graph.ask(query, { id: sellerIdOf(seller), after }, seller);
    const { edges, pageInfo } = data.seller.desk.lowStock;
    found.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return found;
};

test("a seller's people see stock changes with exact counts, drafts and low stock too", async () => {
  const variants = [{ sku: 'LOW-1', price: eur(5), openingStock: 5, lowStockThreshold: 2 }];
  const draft = await list(graph, { status: 'DRAFT', variants });
  const variantId = variantIdOf(draft);
  const quiet = await list(graph, { variants: [{ sku: 'LOW-2', price: eur(5), openingStock: 0 }] });
  await using events = await graph.subscribe(EVENTS, { sellerId: sellerIdOf(seller) }, seller);
  await events.atLeast(1);
  expect(await lowOf()).toEqual([]);
  await adjust(variantId, -1);
  await events.atLeast(2);
  await adjust(variantId, -2);
  await events.atLeast(3);
  expect(await lowOf()).toEqual([variantId]);
  await adjust(variantId, 9);
  await events.atLeast(4);
  expect(await lowOf()).toEqual([]);
  await graph.execute(UPDATE, { input: { id: quiet.id, title: 'Quiet' } }, seller);
  await events.atLeast(5);
  const level = (onHand: number, low: boolean, delta: number) => ({
    ...{ __typename: 'StockLevelChanged', low, variant: { id: variantId, inventory: { onHand } } },
    movement: { delta, reservedDelta: 0, reason: 'ADJUSTMENT', sellerOrder: null },
  });
  expect(events.items.slice(1).map(shown)).toEqual([
    ...[level(4, false, -1), level(2, true, -2), level(11, false, 9)],
    { __typename: 'ProductChanged', changed: ['title'], product: { id: quiet.id } },
  ]);

  const after = events.items[3]?.data.sellerCatalogEvents.cursor;
  await using again = await graph.subscribe(
    EVENTS,
    { sellerId: sellerIdOf(seller), after },
    seller,
  );
  await again.atLeast(2);
  expect(again.items.map(shown).map(({ __typename }) => __typename)).toEqual([
    'ProductChanged',
    'CaughtUp',
  ]);

  // Once for the fall to two: not for what came before, nor for the next fall of the same day.
  for (const delta of [-9, 9]) await adjust(variantId, delta);
  const low = await sql(
    graph,
    `SELECT payload FROM event_record WHERE type = 'products.StockLow' AND stream = $1`,
    [`product:${draft.id}`],
  );
  const told = { variantId, productId: draft.id, sellerId: sellerIdOf(seller), title: draft.title };
  expect(low).toEqual([{ payload: { ...told, sku: 'LOW-1', available: 2, threshold: 2 } }]);
});

test('a changed stock names the line of the ledger that changed it: a reservation, a rule none', async () => {
  const variants = [{ sku: 'MOV-1', price: eur(5), openingStock: 2 }];
  const variantId = variantIdOf(await list(graph, { variants }));
  await using events = await graph.subscribe(EVENTS, { sellerId: sellerIdOf(seller) }, seller);
  await events.atLeast(1);
  await adjust(variantId, -1);
  await events.atLeast(2);
  const [orderId, sellerOrderId] = [newId('ord'), newId('sor')];
  const order = { orderId, number: 'S-1', buyerId: as('bo').userId };
  await graph.deliver('orders.OrderPlaced', {
    ...{ ...order, currency: 'EUR', totalMinor: 5 },
    lines: [{ lineId: newId('oln'), variantId, quantity: 1, unitPriceMinor: 5, sellerOrderId }],
  });
  await events.atLeast(3);
  await graph.deliver('orders.OrderCancelled', { ...order, reason: null });
  await events.atLeast(4);
  await graph.execute(UPDATE_VARIANT, { input: { id: variantId, lowStockThreshold: 1 } }, seller);
  await events.atLeast(5);
  const movements = events.items
    .slice(1)
    .map((event) => (shown(event) as { movement: object | null }).movement);
  const moved = (delta: number, reservedDelta: number, reason: string) => ({
    ...{ delta, reservedDelta, reason },
    sellerOrder: reason === 'ADJUSTMENT' ? null : { id: sellerOrderId },
  });
  expect(movements).toEqual([
    moved(-1, 0, 'ADJUSTMENT'),
    moved(0, 1, 'RESERVATION'),
    moved(0, -1, 'RELEASE'),
    null,
  ]);
});

test("it is for the seller's people, while they work there", async () => {
  const sellerId = sellerIdOf(seller);
  await list(graph, {});
  for (const viewer of [as('eve'), null]) {
    await expect(graph.subscribe(EVENTS, { sellerId }, viewer)).rejects.toThrow(
      /SELLER_NOT_FOUND|UNAUTHENTICATED/,
    );
  }
  const mina = as('mina');
  const db = openClient({ connectionString: graph.databaseUrl });
  await db.connect();
  await db.query(`INSERT INTO seller_member VALUES ($1, $2, 'STAFF', now(), now())`, [
    sellerId,
    mina.userId,
  ]);
  await db.end();
  await using events = await graph.subscribe(EVENTS, { sellerId }, mina);
  await events.atLeast(1);
  await graph.execute(REMOVE_MEMBER, { sellerId, userId: mina.userId }, seller);
  await events.atLeast(2);
  expect(shown(events.items.at(-1) as Answer)).toEqual({
    ...{ __typename: 'StreamReset', reason: 'ACCESS_CHANGED' },
  });
});
