import { newId } from '@souk/runtime/domain';
import {
  CATEGORIES_STREAM,
  NEWS_OF_CATEGORIES,
  newsOfProduct,
  newsOfSeller,
  newsOfStock,
} from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orders } from '../src/app.ts';
import { type BuyNowInput, buyNow } from '../src/use-cases/buy-now.ts';
import { CONFIG, orderInput, type Shop, shopOf, startOrders } from './shop.ts';

// Orders price by their copy of the catalogue, which is behind by as long as news travel. What is known
// to be on its way is waited for; these tests are the news.

let graph: StartedSubgraph;
let shop: Shop;
let opened: Awaited<ReturnType<typeof orders.open>>;
beforeAll(async () => {
  graph = await startOrders();
  shop = shopOf(graph);
  opened = await orders.open({
    config: CONFIG,
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock: () => new Date(),
    newId,
  });
});
afterAll(async () => {
  await opened.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

const mark = (subject: string, sequence: number) =>
  graph.backplane.cache.raise(`news:${subject}`, sequence, 60);
const priceIn = (placed: { order: { lines: { unitPrice: { minorUnits: number } }[] } }) =>
  placed.order.lines[0]?.unitPrice.minorUnits;

/** Tells when an order looks for news for the first time, and not earlier. */
function watched() {
  const { news } = opened.services;
  let looks = 0;
  return {
    deps: {
      ...opened.services,
      news: {
        ...news,
        latest: (subjects: readonly string[]) => {
          looks += 1;
          return news.latest(subjects);
        },
      },
    },
    looked: () => until(async () => looks > 0),
  };
}
const placing = (deps: typeof opened.services, variantId: string, quantity = 1) =>
  buyNow(deps, as('bo'), orderInput([{ variantId, quantity }]) as unknown as BuyNowInput);
const unitPriceOf = async (orderId: string) =>
  (await opened.infrastructure.reads.orders.linesOf([orderId]))[0]?.unitPriceMinor;

test('a product that was listed a moment ago can be ordered at once', async () => {
  // Its seller is known: of a seller who is not, see below.
  await shop.item();
  const item = shop.newItem();
  const placed = shop.place(orderInput([{ variantId: item.variantId, quantity: 1 }]));
  await shop.deliverProduct(item, { priceMinor: 700 });
  expect(priceIn(await placed)).toBe(700);
});

/** What a copy that is taken as it is does: the mutant. */
const unaware = {
  announce: async () => undefined,
  latest: async () => new Map<string, number>(),
};
const commissionOf = async (orderId: string) =>
  (await opened.infrastructure.reads.orders.linesOf([orderId]))[0]?.commissionMinor;
const arrange = (categories: { categoryId: string; parentId: string | null }[], sequence: number) =>
  graph.deliver(
    'products.CategoriesArranged',
    { categories },
    { stream: CATEGORIES_STREAM, sequence },
  );

test('nothing is sold for an unknown seller: events about them are waited for', async () => {
  const sellerId = newId('sel');
  shop.leaveOut(sellerId);
  const { variantId } = await shop.item({ sellerId, priceMinor: 1_000 });
  const early = await shop.place(orderInput([{ variantId, quantity: 1 }]));
  expect(early.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');

  const { deps, looked } = watched();
  const placed = placing(deps, variantId);
  await looked();
  const commissions = [{ categoryId: null, basisPoints: 1_000 }];
  await shop.deliverSeller({ sellerId, commissions, sequence: 1 });
  expect(await commissionOf((await placed).orderId)).toBe(100);
});

test('changed rates and categories are waited for; without waiting too little commission is kept (mutant)', async () => {
  const sellerId = newId('sel');
  const [above, under] = [newId('cat'), newId('cat')];
  const rates = (basisPoints: number) => [
    { categoryId: null, basisPoints: 1_000 },
    { categoryId: above, basisPoints },
  ];
  await arrange(
    [above, under].map((categoryId) => ({ categoryId, parentId: null })),
    1,
  );
  await shop.deliverSeller({ sellerId, commissions: rates(2_000), sequence: 1 });
  const given = { sellerId, priceMinor: 1_000, categoryIds: [under] };
  const { variantId } = await shop.item(given);
  expect(await commissionOf((await placing(opened.services, variantId)).orderId)).toBe(100);

  // The category is put under one with a rate of its own: what is sold in it pays that.
  await mark(NEWS_OF_CATEGORIES, 2);
  const naive = await placing({ ...opened.services, news: unaware }, variantId);
  expect(await commissionOf(naive.orderId)).toBe(100);
  const moved = watched();
  const placed = placing(moved.deps, variantId);
  await moved.looked();
  await arrange(
    [
      { categoryId: above, parentId: null },
      { categoryId: under, parentId: above },
    ],
    2,
  );
  expect(await commissionOf((await placed).orderId)).toBe(200);
  // What is told late changes nothing.
  await arrange(
    [above, under].map((categoryId) => ({ categoryId, parentId: null })),
    1,
  );
  await shop.idle();

  await mark(newsOfSeller(sellerId), 2);
  const old = await placing({ ...opened.services, news: unaware }, variantId);
  expect(await commissionOf(old.orderId)).toBe(200);
  const dearer = watched();
  const next = placing(dearer.deps, variantId);
  await dearer.looked();
  await shop.deliverSeller({ sellerId, commissions: rates(3_000), sequence: 2 });
  expect(await commissionOf((await next).orderId)).toBe(300);
});

test('a changed price is waited for; without waiting the old one is charged (mutant)', async () => {
  const item = await shop.item({ priceMinor: 1_000, sequence: 1 });
  await mark(newsOfProduct(item.productId), 2);

  const naive = await placing({ ...opened.services, news: unaware }, item.variantId);
  expect(await unitPriceOf(naive.orderId)).toBe(1_000);

  const { deps, looked } = watched();
  const placed = placing(deps, item.variantId);
  await looked();
  await shop.deliverProduct(item, { priceMinor: 1_250, sequence: 2 });
  expect(await unitPriceOf((await placed).orderId)).toBe(1_250);
});

test('when the new price does not come, no order is taken at the old one', async () => {
  const item = await shop.item({ sequence: 1 });
  await mark(newsOfProduct(item.productId), 2);
  const answer = await shop.place(orderInput([{ variantId: item.variantId, quantity: 1 }]));
  expect(answer.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
});

test('a repeat of a placed order gets the first answer, whatever events are on their way', async () => {
  const item = await shop.item({ sequence: 1 });
  const input = orderInput([{ variantId: item.variantId, quantity: 1 }]);
  const first = await buyNow(opened.services, as('bo'), input as unknown as BuyNowInput);
  await mark(newsOfProduct(item.productId), 2);
  const again = await buyNow(opened.services, as('bo'), input as unknown as BuyNowInput);
  expect(again).toEqual({ orderId: first.orderId, replayed: true });
});

test('stock that came in is not refused by the count of before', async () => {
  const item = await shop.item({}, 1);
  await mark(newsOfStock(item.variantId), 1_000_000);
  const { deps, looked } = watched();
  const placed = placing(deps, item.variantId, 5);
  await looked();
  await shop.deliverStock(item, 6, 1_000_000);
  expect((await placed).replayed).toBe(false);
  await mark(newsOfStock(item.variantId), 1_000_001);
  // News that do not come leave the answer to products, who know.
  expect((await placing(opened.services, item.variantId, 50)).replayed).toBe(false);
});

test('an order that would cost something else than was shown is refused with both', async () => {
  const item = await shop.item({ priceMinor: 1_000 });
  const withTotal = (minorUnits: number, currency = 'EUR') =>
    shop.place(
      orderInput([{ variantId: item.variantId, quantity: 2 }], {
        expectedTotal: { minorUnits, currency },
      }),
    );
  expect((await withTotal(2_000)).errors).toEqual([]);
  expect((await withTotal(1_999)).errors).toMatchObject([
    {
      __typename: 'TotalChangedError',
      code: 'TOTAL_CHANGED',
      path: ['input', 'expectedTotal'],
      expected: { minorUnits: 1_999, currency: 'EUR' },
      actual: { minorUnits: 2_000, currency: 'EUR' },
    },
  ]);
  expect((await withTotal(2_000, 'USD')).errors).toMatchObject([
    { code: 'TOTAL_CHANGED', expected: { currency: 'USD' } },
  ]);
});

test('a product that was deleted before its creation was heard of is not for sale', async () => {
  const { infrastructure } = opened;
  const listed = (item: ReturnType<Shop['newItem']>, sequence: number) =>
    shop.deliverProduct(item, { sequence });
  const deleted = shop.newItem();
  const { productId, stream } = deleted;
  const end = { productId, sellerId: as('sela').userId };
  await graph.deliver('products.ProductDeleted', end, { stream, sequence: 5 });
  await shop.idle();
  await listed(deleted, 1);
  const shrunk = shop.newItem();
  await listed({ ...shrunk, variantId: newId('var') }, 5);
  await shop.idle();
  await listed(shrunk, 1);
  await shop.idle();
  const ids = [deleted.variantId, shrunk.variantId];
  expect(await infrastructure.reads.pricedItems.findMany(ids)).toEqual([]);
  // What is told of another product goes on.
  const { variantId } = await shop.item();
  expect(await infrastructure.reads.pricedItems.findMany([variantId])).toHaveLength(1);
});
