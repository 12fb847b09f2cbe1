import { readFileSync } from 'node:fs';
import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckoutShop, checkoutShopOf } from './checkout-shop.ts';
import { type Shop, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
let checkout: CheckoutShop;
beforeAll(async () => {
  graph = await startOrders();
  shop = shopOf(graph);
  checkout = checkoutShopOf(graph, shop);
});
afterAll(() => graph[Symbol.asyncDispose]());

const FOLDER = new URL('../../../prisma/orders/migrations/', import.meta.url);

test("chat learns of each earlier seller's part once for each run, and of no other", async () => {
  const sellers = [newId('sel'), newId('sel')];
  const buyer = as('bo');
  const place = async () => {
    const lines = [];
    for (const sellerId of sellers) {
      const { variantId } = await shop.item({ title: 'Lamp', sellerId, priceMinor: 1_000 });
      lines.push({ variantId, quantity: 1 });
    }
    const cart = await checkout.ready(lines, {}, buyer);
    const placed = await checkout.place({ ...checkout.inputFor(cart), cartId: null }, buyer);
    expect(placed.errors).toEqual([]);
    return placed.order as { id: string; number: string };
  };
  const order = await place();
  await shop.deliverReserved(order.id);
  const { sellerOrders } = await until(async () => {
    const now = await checkout.find(order.id, { viewer: buyer });
    return now.status === 'PAID' ? now : null;
  });
  // What is not paid is nothing that its sellers have.
  await place();

  const announced = () =>
    sql<{ payload: unknown; stream: string }>(
      graph,
      `SELECT r.payload, r.stream FROM event_delivery d JOIN event_record r ON r.id = d.event_id
       WHERE d.consumer = 'chat' AND r.type = 'orders.SellerOrderAnnounced' ORDER BY r.stream, r.sequence`,
    );
  const migration = new URL('20261127190200_announce_seller_orders/migration.sql', FOLDER);
  await sql(graph, readFileSync(migration, 'utf8'));
  const told = await announced();
  expect(told.map(({ stream }) => stream)).toEqual([`order:${order.id}`, `order:${order.id}`]);
  const parts = sellerOrders.map(({ id }: { id: string }) => id).sort();
  expect(told.map(({ payload }) => payload)).toEqual(
    parts.map((sellerOrderId: string) => ({
      ...{ orderId: order.id, number: order.number, buyerId: buyer.userId, sellerOrderId },
      sellerId: expect.stringMatching(/^sel_/),
    })),
  );
  await sql(graph, readFileSync(migration, 'utf8'));
  expect(await announced()).toHaveLength(2 * told.length);
});
