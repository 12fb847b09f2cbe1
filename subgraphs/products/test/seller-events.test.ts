import { randomUUID } from 'node:crypto';
import { type Answer, as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADJUST, eur, list, sellerIdOf, startProducts, UPDATE, variantIdOf } from './catalogue.ts';
import { REMOVE_MEMBER } from './sellers.ts';
import { openClient } from '@souk/runtime/postgres';

let graph: StartedSubgraph;
const seller = as('sela');
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const EVENTS = `subscription ($sellerId: ID!, $after: EventCursor) { sellerCatalogEvents(sellerId: $sellerId, after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on StreamReset { reason }
  ... on StockLevelChanged { low variant { id inventory { onHand } } }
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

test('who works for a seller sees its stock change with exact counts, drafts too, and what is low', async () => {
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
  const level = (onHand: number, low: boolean) => ({
    ...{ __typename: 'StockLevelChanged', low, variant: { id: variantId, inventory: { onHand } } },
  });
  expect(events.items.slice(1).map(shown)).toEqual([
    ...[level(4, false), level(2, true), level(11, false)],
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

test('it is for those who work there, as long as they do', async () => {
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
