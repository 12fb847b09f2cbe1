import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph, sessionOf, until, waitersFor } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orders } from '../src/app.ts';
import { type BuyNowInput, buyNow } from '../src/use-cases/buy-now.ts';
import { StockRefusal } from '../src/use-cases/stock-refusal.ts';
import { undoRefused } from './mutants/undo-refused.ts';
import { CONFIG, eur, orderInput, type Shop, shopOf, startOrders } from './shop.ts';

// How much a buyer can do to sellers, and learn of how much they have, within an hour.

const config = {
  ...CONFIG,
  reservationMinutes: 60,
  cartsPerWindow: 5,
  ordersPerWindow: 12,
  futileLinesPerWindow: 6,
  orderWindowSeconds: 3_600,
};
let now = new Date();
const clock = () => now;
let graph: StartedSubgraph;
let shop: Shop;
beforeAll(async () => {
  graph = await startOrders({ config, clock });
  shop = shopOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};
/** Asks for the lines; gives PLACED or why not. */
const ask = async (who: string, ...lines: { variantId: string; quantity: number }[]) => {
  const { order, errors } = await shop.place(orderInput(lines), as(who));
  return order ? 'PLACED' : errors[0].code;
};
/** The same; whoever waited too long for a lock, on a busy machine, is told to ask again. */
const answered = async (who: string, line: { variantId: string; quantity: number }) => {
  for (;;) {
    const answer = await ask(who, line);
    if (answer !== undefined && answer !== 'SERVICE_UNAVAILABLE') return answer;
  }
};
const times = async <Result>(count: number, work: () => Promise<Result>) => {
  const results: Result[] = [];
  for (let time = 0; time < count; time += 1) results.push(await work());
  return results;
};

test('after too many lines refused for stock, stock is no longer shown', async () => {
  const { variantId } = await shop.item({}, 5);
  const short = { variantId, quantity: 6 };
  expect(await times(6, () => ask('ada', short))).toEqual(Array(6).fill('INSUFFICIENT_STOCK'));
  // There or not, the answer is the same, and what is wrong besides is still told first.
  expect(await ask('ada', short)).toBe('RATE_LIMITED');
  expect(await ask('ada', { variantId, quantity: 1 })).toBe('RATE_LIMITED');
  expect(await ask('ada', { variantId: newId('var'), quantity: 1 })).toBe(
    'PRODUCT_VARIANT_NOT_FOUND',
  );
  pass(40);
  const { errors } = await shop.place(orderInput([short]), as('ada'));
  expect(errors).toEqual([
    {
      __typename: 'RateLimitedError',
      code: 'RATE_LIMITED',
      message: 'Too many requests; try again in 1200 s.',
      path: null,
      retryAfterSeconds: 1_200,
    },
  ]);
  expect(await ask('bo', short)).toBe('INSUFFICIENT_STOCK');
  pass(20);
  expect(await ask('ada', { variantId, quantity: 1 })).toBe('PLACED');
});

test('each line counts, also those that are there beside one that is certainly short', async () => {
  const wanted = await shop.item({}, 5);
  const short = await shop.item({}, 0);
  const probe = (quantity: number) =>
    ask(
      'cy',
      { variantId: short.variantId, quantity: 1 },
      { variantId: wanted.variantId, quantity },
    );
  for (const quantity of [4, 5, 6]) expect(await probe(quantity)).toBe('INSUFFICIENT_STOCK');
  expect(await probe(5)).toBe('RATE_LIMITED');
});

test('an order that is cancelled soon or rejected counts as refused', async () => {
  const { variantId } = await shop.item({}, 5);
  const place = () => shop.order({ variantId, productId: '', stream: '' }, 1, as('dee'));
  for (let time = 0; time < 3; time += 1) {
    const { id } = await place();
    expect((await shop.cancel({ id }, as('dee'))).errors).toEqual([]);
    // Off already: nothing happens, and nothing counts.
    expect((await shop.cancel({ id }, as('dee'))).replayed).toBe(true);
  }
  for (let time = 0; time < 3; time += 1) {
    const { id } = await place();
    const shortages = [{ variantId, requested: 1, reason: 'TOO_MANY' as const }];
    await graph.deliver('products.StockRejected', { orderId: id, shortages });
    await shop.idle();
  }
  expect(await ask('dee', { variantId, quantity: 1 })).toBe('RATE_LIMITED');
});

test('kept, repeated and otherwise refused orders do not count', async () => {
  const { variantId } = await shop.item({}, 500);
  const line = { variantId, quantity: 1 };
  const input = orderInput([line]);
  await times(10, () => shop.place(input, as('eve')));
  const bad = () => shop.place(orderInput([{ ...line, expectedUnitPrice: eur(1) }]), as('eve'));
  await times(10, bad);
  expect(await times(5, () => ask('eve', line))).toEqual(Array(5).fill('PLACED'));
  // A key whose order was refused for its stock is free for when there is more.
  const { stream, productId, variantId: other } = await shop.item({}, 0);
  const later = orderInput([{ variantId: other, quantity: 1 }]);
  expect((await shop.place(later, as('eve'))).errors).toMatchObject([
    { code: 'INSUFFICIENT_STOCK' },
  ]);
  await shop.deliverStock({ stream, productId, variantId: other }, 1);
  await shop.idle();
  expect((await shop.place(later, as('eve'))).errors).toEqual([]);
});

test('the carts that one address can create without an account are limited', async () => {
  const begin = async (address: string, key = randomUUID() as string) => {
    const data = await graph.ask(
      `mutation ($key: UUID!) { createCart(idempotencyKey: $key) { cart { id } replayed
         errors { __typename ... on UserError { code } } } }`,
      { key },
      null,
      address,
    );
    return data.createCart;
  };
  const key = randomUUID();
  const first = await begin('192.0.2.1', key);
  const others = await Promise.all(Array.from({ length: 12 }, () => begin('192.0.2.1')));
  expect(others.filter(({ cart }) => cart)).toHaveLength(4);
  for (const { cart, errors } of others) {
    if (!cart) expect(errors).toEqual([{ __typename: 'RateLimitedError', code: 'RATE_LIMITED' }]);
  }
  // The answer of before stays to be had, and others have nothing to do with it.
  expect(await begin('192.0.2.1', key)).toMatchObject({ cart: first.cart, replayed: true });
  expect((await begin('192.0.2.2')).cart).not.toBeNull();
  pass(60);
  expect((await begin('192.0.2.1')).cart).not.toBeNull();
});

test('a limited number of orders can be placed within the window, and repeats still get the first answer', async () => {
  const { variantId } = await shop.item({}, 500);
  const first = orderInput([{ variantId, quantity: 1 }]);
  await shop.place(first, as('flo'));
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => answered('flo', { variantId, quantity: 1 })),
  );
  expect(answers.filter((answer) => answer === 'PLACED')).toHaveLength(11);
  expect(answers.filter((answer) => answer === 'RATE_LIMITED')).toHaveLength(19);
  expect((await shop.place(first, as('flo'))).replayed).toBe(true);
});

test('twenty orders of one buyer wait with at most two connections, and delay nobody else', async () => {
  const { variantId } = await shop.item({}, 500);
  const line = { variantId, quantity: 1 };
  expect(await ask('ivy', line)).toBe('PLACED');
  const blocker = openClient({ connectionString: graph.databaseUrl });
  await blocker.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT 1 FROM quota_use WHERE user_id = $1 FOR UPDATE', [as('ivy').userId]);
  const waiting = Promise.all(Array.from({ length: 20 }, () => answered('ivy', line)));
  const session = await sessionOf(blocker);
  const connections = () => waitersFor(graph, session);
  await until(async () => (await connections()) > 0);
  expect(await ask('jon', line)).toBe('PLACED');
  expect(await connections()).toBeLessThanOrEqual(2);
  await blocker.query('ROLLBACK');
  await blocker.end();
  expect((await waiting).filter((answer) => answer === 'PLACED')).toHaveLength(11);
});

/** Thirty at once ask for too much; gives to how many it was told. */
async function stocksShown(keepsCount: boolean): Promise<number> {
  const { variantId } = await shop.item({}, 1);
  const opened = await orders.open({
    config,
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock,
    newId,
  });
  const { services } = opened;
  const { transaction } = services;
  const deps = keepsCount ? services : { ...services, transaction: undoRefused(transaction) };
  const buyer = as(keepsCount ? 'gil' : 'hal');
  const place = () =>
    buyNow(deps, buyer, orderInput([{ variantId, quantity: 2 }]) as unknown as BuyNowInput);
  const results = await Promise.allSettled(Array.from({ length: 30 }, place));
  await opened.infrastructure.close();
  const isTold = ({ reason }: { reason: unknown }) =>
    reason instanceof StockRefusal ||
    (reason instanceof Error && 'code' in reason && reason.code === 'INSUFFICIENT_STOCK');
  return results.filter((result) => result.status === 'rejected' && isTold(result)).length;
}

test('only the allowed number of concurrent requests see the stock, although refusals roll back', async () => {
  // On a busy machine some may not be answered in time; that tells them nothing.
  expect(await stocksShown(true)).toBeLessThanOrEqual(6);
  expect(await stocksShown(false)).toBeGreaterThan(6);
});
