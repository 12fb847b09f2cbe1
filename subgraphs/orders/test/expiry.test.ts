import { newId } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orders } from '../src/app.ts';
import { expireOrders } from '../src/use-cases/expire-orders.ts';
import { CONFIG, type Shop, type ShopItem, shopOf, startOrders } from './shop.ts';

// Time stands still but for what a test lets pass: the clock is that of orders and of what expires them.

let now = new Date('2026-11-26T12:00:00Z');
const clock = () => now;
const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};

let graph: StartedSubgraph;
let shop: Shop;
let item: ShopItem;
let opened: Awaited<ReturnType<typeof orders.open>>;
beforeAll(async () => {
  graph = await startOrders({ clock });
  shop = shopOf(graph);
  item = await shop.item();
  opened = await orders.open({
    config: CONFIG,
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock,
    newId,
  });
});
afterAll(async () => {
  await opened.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

const expire = (atOnce = 100) => expireOrders(opened.services, { atOnce });
const logOf = async (orderId: string) =>
  (await opened.infrastructure.log.read(`order:${orderId}`, 0, 20)).map(({ type }) => type);
const CALLED_OFF = [
  'orders.OrderStatusChanged',
  'orders.SellerOrderStatusChanged',
  'orders.OrderCancelled',
];
const orderOf = async (id: string) =>
  (
    await graph.ask(
      'query ($id: ID!) { order(id: $id) { status statusReason statusReasonCode reservedUntil viewerCan } }',
      { id },
      as('bo'),
    )
  ).order;

test('an order that cannot be called off holds up none of those behind it', async () => {
  const [first, second] = [await shop.order(item), await shop.order(item)];
  pass(90);
  const { services } = opened;
  const failing = expireOrders(
    {
      ...services,
      transaction: (work) =>
        services.transaction((stores) =>
          work(
            replaceStores(stores, {
              orders: {
                ...stores.orders,
                lock: async (id) => {
                  if (id === first.id) throw new Error('Nobody thought of this.');
                  return stores.orders.lock(id);
                },
              },
            }),
          ),
        ),
    },
    { atOnce: 1 },
  );
  await expect(failing).rejects.toThrow('could not be done');
  expect([(await orderOf(first.id)).status, (await orderOf(second.id)).status]).toEqual([
    'PENDING',
    'CANCELLED',
  ]);
  await expire();
  expect((await orderOf(first.id)).status).toBe('CANCELLED');
});

test('an order that is not paid in time is called off, and its stock is free again', async () => {
  const { id, reservedUntil } = await shop.order(item);
  expect(reservedUntil).toBe(new Date(now.getTime() + 60 * 60_000).toISOString());
  pass(30);
  await shop.deliverReserved(id);
  // The time to pay begins when the stock is set aside.
  expect((await orderOf(id)).reservedUntil).toBe(
    new Date(now.getTime() + 60 * 60_000).toISOString(),
  );
  pass(59);
  await expire();
  expect(await orderOf(id)).toMatchObject({ status: 'RESERVED', viewerCan: ['PAY', 'CANCEL'] });
  pass(1);
  await expire();
  expect(await orderOf(id)).toEqual({
    status: 'CANCELLED',
    statusReason: 'It was not paid in time.',
    statusReasonCode: 'NOT_PAID_IN_TIME',
    reservedUntil: null,
    viewerCan: [],
  });
  expect((await logOf(id)).slice(-3)).toEqual(CALLED_OFF);
});

test('one that never heard of its stock is called off, too', async () => {
  const { id } = await shop.order(item);
  pass(60);
  await expire();
  expect((await orderOf(id)).status).toBe('CANCELLED');
});

test('one that is cancelled, rejected or shipped is not touched', async () => {
  const cancelled = await shop.order(item);
  await shop.cancel({ id: cancelled.id });
  const rejected = await shop.order(item);
  await graph.deliver('products.StockRejected', { orderId: rejected.id, shortages: [] });
  await shop.idle();
  const logs = await Promise.all([cancelled, rejected].map(({ id }) => logOf(id)));
  pass(10_000);
  expect(await expire()).toBe(0);
  expect(await Promise.all([cancelled, rejected].map(({ id }) => logOf(id)))).toEqual(logs);
});

test('an expired order is cancelled once, however many workers look at once', async () => {
  const { id } = await shop.order(item);
  pass(60);
  await Promise.all([
    ...Array.from({ length: 6 }, () => expire()),
    ...Array.from({ length: 3 }, () => shop.cancel({ id })),
  ]);
  expect((await logOf(id)).filter((type) => type === 'orders.OrderCancelled')).toHaveLength(1);
});

test('they are read in bounded batches, the longest overdue first, until there is none', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    ids.push((await shop.order(item)).id);
    pass(1);
  }
  pass(60);
  const { services } = opened;
  const read: string[][] = [];
  const expired = async (at: Date, limit: number) => {
    read.push(await services.reads.orders.expired(at, limit));
    return read.at(-1) ?? [];
  };
  const orders = { ...services.reads.orders, expired };
  const reads = replaceStores(services.reads, { orders });
  expect(await expireOrders({ ...services, reads }, { atOnce: 2 })).toBe(5);
  expect(read).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  const statuses = (await Promise.all(ids.map(orderOf))).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set(['CANCELLED']));
});
