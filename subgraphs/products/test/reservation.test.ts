import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import {
  as,
  isWaitedFor,
  isWaitingWith,
  randomOf,
  type StartedSubgraph,
  sessionOf,
  sized,
  sql,
  until,
  waitersFor,
} from '@souk/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { availableOf, type StockLine } from '../src/domain/stock.ts';
import {
  ADJUST,
  eur,
  list,
  startProducts,
  UPDATE,
  UPDATE_VARIANT,
  variantIdOf,
} from './catalogue.ts';
import { atOnce, type Mutation, type Reservations, reservationsOf } from './reservations.ts';
import { SET_STATUS } from './sellers.ts';

let graph: StartedSubgraph;
let shop: Reservations;
beforeAll(async () => {
  graph = await startProducts({ worker: true });
  shop = await reservationsOf(graph);
});
afterAll(async () => {
  await shop.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

const once = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What must hold after any crowd of buyers: promises made, stock and ledger are one number. */
async function bookkeepingOf(variantId: string, orderIds: readonly string[]) {
  const outcomes = await Promise.all(orderIds.map(shop.outcomeOf));
  const { onHand, reserved } = await shop.stockOf(variantId);
  return {
    promised: outcomes.filter((outcome) => outcome === 'RESERVED').length,
    stock: { onHand, reserved },
    ledger: await shop.ledgerOf(variantId),
  };
}

/** A product of two variants, one of each in stock; gives the variants' ids. */
async function pairOfLast(): Promise<[string, string]> {
  const product = await list(graph, {
    options: [{ name: 'Size', values: ['S', 'L'] }],
    variants: ['S', 'L'].map((value) => ({
      sku: newId('evt'),
      price: eur(100),
      openingStock: 1,
      selectedOptions: [{ name: 'Size', value }],
    })),
  });
  const [small, large] = product.variants.edges;
  return [small.node.id, large.node.id];
}

test("changing a variant during the sale of another's last unit waits, and neither is retried", async () => {
  const [changed, sold] = await pairOfLast();
  const isBlocked = () => isWaitingWith(graph, 'UPDATE stock_item s SET policy');
  let saving: Promise<unknown> | undefined;
  // Once the sale has its rows and no stream yet, the seller comes and waits for the product's shelves.
  const meanwhile: Mutation = (stores) =>
    replaceStores(stores, {
      stock: {
        ...stores.stock,
        record: async (movements) => {
          saving ??= graph.execute(
            UPDATE_VARIANT,
            { input: { id: changed, price: eur(900), lowStockThreshold: 5 } },
            as('sela'),
          );
          await until(isBlocked);
          await stores.stock.record(movements);
        },
      },
    });
  const before = shop.conflicts();
  const statements = await graph.statementsOf(async () => {
    await shop.reserve([{ variantId: sold, quantity: 1 }], meanwhile);
    expect(await saving).toMatchObject({ data: { updateVariant: { errors: [] } } });
  });
  expect(shop.conflicts()).toBe(before);
  expect(statements.filter((sql) => /FROM product .*FOR NO KEY UPDATE/.test(sql))).toHaveLength(1);
});

test('changing a product during a sale down to its threshold waits, and neither is retried', async () => {
  const product = await list(graph, {
    variants: [{ sku: newId('evt'), price: eur(100), openingStock: 2, lowStockThreshold: 1 }],
  });
  const variantId = variantIdOf(product);
  const isBlocked = () => isWaitingWith(graph, 'UPDATE stock_item s SET policy');
  let saving: Promise<unknown> | undefined;
  // Once the sale has the stock, the seller comes, has the product and waits for its stock; the sale then puts the
  // product on another shelf.
  const meanwhile: Mutation = (stores) =>
    replaceStores(stores, {
      stock: {
        ...stores.stock,
        reserve: async (lines, now) => {
          saving ??= graph.execute(
            UPDATE_VARIANT,
            { input: { id: variantId, lowStockThreshold: 2 } },
            as('sela'),
          );
          await until(isBlocked);
          return stores.stock.reserve(lines, now);
        },
      },
    });
  const before = shop.conflicts();
  const statements = await graph.statementsOf(async () => {
    await shop.reserve([{ variantId, quantity: 1 }], meanwhile);
    expect(await saving).toMatchObject({ data: { updateVariant: { errors: [] } } });
  });
  const rows = await sql(
    graph,
    `SELECT shelf FROM listing WHERE product_id = $1 AND shelf LIKE '/%' ORDER BY shelf`,
    [product.id],
  );
  expect(rows).toEqual([{ shelf: '/' }, { shelf: '/=LOW' }]);
  expect(shop.conflicts()).toBe(before);
  expect(statements.filter((sql) => /UPDATE stock_item s SET policy/.test(sql))).toHaveLength(1);
});

/** Whether a sale that puts a product on another shelf waits for who has locked the product so. */
async function isHeldUpBy(lock: string): Promise<boolean> {
  const product = await list(graph, {
    variants: [{ sku: newId('evt'), price: eur(100), openingStock: 2, lowStockThreshold: 1 }],
  });
  const holder = openClient({ connectionString: graph.databaseUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(`SELECT 1 FROM product WHERE id = $1 ${lock}`, [product.id]);
  const session = await sessionOf(holder);
  let isSold = false;
  const sale = shop.reserve([{ variantId: variantIdOf(product), quantity: 1 }]).then(() => {
    isSold = true;
  });
  await until(async () => isSold || (await isWaitedFor(graph, session)));
  const isHeldUp = !isSold;
  await holder.query('COMMIT');
  await sale;
  await holder.end();
  return isHeldUp;
}

test("a sale does not wait for a lock on the product, as it would for a deletion's (mutant)", async () => {
  expect(await isHeldUpBy('FOR NO KEY UPDATE')).toBe(false);
  expect(await isHeldUpBy('FOR UPDATE')).toBe(true);
});

describe('a seller who is suspended during a reservation', () => {
  /** In which order the sale and the suspension are in the log, and what became of the order. */
  async function whileHeld(mutate?: Mutation) {
    const variantId = await shop.stocked(1);
    const client = openClient({ connectionString: graph.databaseUrl });
    await client.connect();
    const { rows: owned } = await client.query(
      'SELECT seller_id FROM product_variant WHERE id = $1',
      [variantId],
    );
    const sellerId = owned[0].seller_id as string;
    const setStatus = (status: string) =>
      graph.execute(SET_STATUS, { sellerId, status }, as('boss', 'ADMIN'));
    const session = await sessionOf(client);
    const waiting = async (count: number) => (await waitersFor(graph, session)) >= count;
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM stock_item WHERE variant_id = $1 FOR UPDATE', [variantId]);
    const sale = shop.reserve([{ variantId, quantity: 1 }], mutate);
    await until(() => waiting(1));
    let isSuspended = false;
    const suspension = setStatus('SUSPENDED').then(() => {
      isSuspended = true;
    });
    await until(async () => isSuspended || (await waiting(2)));
    const suspendedFirst = isSuspended;
    await client.query('COMMIT');
    const orderId = await sale;
    await suspension;
    await setStatus('ACTIVE');
    await client.end();
    return { suspendedFirst, outcome: await shop.outcomeOf(orderId) };
  }

  test('is suspended after that sale, and not before it', async () => {
    expect(await whileHeld()).toEqual({ suspendedFirst: false, outcome: 'RESERVED' });
  });

  test('would sell after being suspended, were the seller not kept (mutant)', async () => {
    const withoutSellers: Mutation = (stores) =>
      replaceStores(stores, { sellers: { ...stores.sellers, keepSellersOf: async () => {} } });
    expect(await whileHeld(withoutSellers)).toEqual({ suspendedFirst: true, outcome: 'RESERVED' });
  });
});

describe('many buyers of 10 units', () => {
  const buyers = sized({ suite: 48, soak: 500 });
  const exact = {
    promised: 10,
    stock: { onHand: 10, reserved: 10 },
    ledger: { onHand: 10, reserved: 10 },
  };

  /** Buyers who come as a seed says, some of them together. */
  async function crowd(seed: number, mutate?: Mutation) {
    const random = randomOf(seed);
    const variantId = await shop.stocked(10);
    const orders = await atOnce(sized({ suite: 8, soak: 32 }), once(buyers), async () => {
      await delay(random() < 0.3 ? random() * 5 : 0);
      return shop.reserve([{ variantId, quantity: 1 }], mutate);
    });
    return bookkeepingOf(variantId, orders);
  }

  test.each(once(sized({ suite: 2, soak: 20 })))('exactly 10 get one (seed %i)', async (seed) => {
    expect(await crowd(seed)).toEqual(exact);
  });

  test('a reservation that decides by an unlocked read is caught (mutant)', async () => {
    const readThenWrite: Mutation = (stores) =>
      replaceStores(stores, {
        stock: {
          ...stores.stock,
          lockForSale: (ids) => stores.stock.findMany(ids),
          // Whether the write found enough is not looked at: that was read, after all.
          reserve: async (lines, now) => {
            await stores.stock.reserve(lines, now);
            return stores.stock.findMany(lines.map((line) => line.variantId));
          },
        },
      });
    const books = await crowd(0, readThenWrite);
    expect(books).not.toEqual(exact);
    // And this is why looking at the stock alone proves nothing.
    expect(books.stock).toEqual(exact.stock);
    expect(books.promised).toBeGreaterThan(10);
  });

  test('the same through the queue, each order delivered twice', async () => {
    const variantId = await shop.stocked(10);
    const orderIds = once(40).map(() => newId('ord'));
    const place = (orderId: string) =>
      graph.deliver('orders.OrderPlaced', {
        orderId,
        number: 'N',
        buyerId: as('bo').userId,
        currency: 'EUR',
        totalMinor: 100,
        lines: [
          {
            lineId: newId('oln'),
            variantId,
            quantity: 1,
            unitPriceMinor: 100,
            sellerOrderId: null,
          },
        ],
      });
    await Promise.all([...orderIds, ...orderIds].map(place));
    const answersOf = (id: string) => shop.infrastructure.log.read(`order:${id}`, 0, 10);
    const answers = async () =>
      (await Promise.all(orderIds.map(answersOf))).map((all) => all.length);
    await until(async () => (await answers()).every((count) => count > 0));
    await until(async () => (await graph.backplane.jobs.backlog('events.products')) === 0);
    expect(await answers()).toEqual(orderIds.map(() => 1));
    expect(await bookkeepingOf(variantId, orderIds)).toEqual({
      promised: 10,
      stock: { onHand: 10, reserved: 10 },
      ledger: { onHand: 10, reserved: 10 },
    });
  });
});

describe('carts of two things, put together in opposite order', () => {
  const carts = async () => {
    const pair = [await shop.stocked(1_000), await shop.stocked(1_000)];
    const lines = pair.map((variantId) => ({ variantId, quantity: 1 }));
    const all = once(sized({ suite: 40, soak: 400 }));
    return { pair, carts: all.map((index) => (index % 2 ? lines : [...lines].reverse())) };
  };

  test('never wait for each other, so none has to be run again', async () => {
    const { pair, carts: all } = await carts();
    const before = shop.conflicts();
    await atOnce(10, all, (lines) => shop.reserve(lines));
    expect(shop.conflicts()).toBe(before);
    for (const id of pair) expect((await shop.stockOf(id)).reserved).toBe(all.length);
  });

  test('locking in the order of the cart is caught by that', async () => {
    const { carts: all } = await carts();
    const inCartOrder: Mutation = (stores, lines) =>
      replaceStores(stores, {
        stock: {
          ...stores.stock,
          lockForSale: async () => {
            const items = [];
            for (const { variantId } of lines) {
              items.push(...(await stores.stock.lockForSale([variantId])));
              await delay(30);
            }
            return items;
          },
        },
      });
    const before = shop.conflicts();
    const two = all.slice(0, 2);
    await atOnce(2, two, (lines) => shop.reserve(lines, inCartOrder).catch(() => null));
    expect(shop.conflicts()).toBeGreaterThan(before);
  });
});

test('all lines are reserved or none, as a model says, for any carts', async () => {
  const cart = fc.array(
    fc.record({ index: fc.nat({ max: 3 }), quantity: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 8 }), { minLength: 4, maxLength: 4 }),
      fc.array(cart, { minLength: 1, maxLength: 6 }),
      async (amounts, wishes) => {
        const variants: string[] = [];
        for (const amount of amounts) variants.push(await shop.stocked(amount));
        const left = [...amounts];
        for (const wish of wishes) {
          const lines = wish.map(({ index, quantity }) => ({
            variantId: variants[index] as string,
            quantity,
          }));
          const wanted = left.map((_, at) =>
            wish.reduce((sum, { index, quantity }) => sum + (index === at ? quantity : 0), 0),
          );
          const fits = wanted.every((quantity, at) => quantity <= (left[at] ?? 0));
          if (fits)
            for (const [at, quantity] of wanted.entries()) left[at] = (left[at] ?? 0) - quantity;
          const orderId = await shop.reserve(lines);
          expect(await shop.outcomeOf(orderId)).toBe(fits ? 'RESERVED' : 'REJECTED');
          const kept = await shop.infrastructure.reads.claims.linesOf(orderId);
          expect(sumOf(kept)).toBe(fits ? sumOf(lines) : 0);
        }
        const stock = await Promise.all(variants.map(shop.stockOf));
        expect(stock.map(availableOf)).toEqual(left);
      },
    ),
    { numRuns: 6 },
  );
});

const sumOf = (lines: readonly StockLine[]) =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

test('carts of many at once leave no order half set aside', async () => {
  const variants = [await shop.stocked(30), await shop.stocked(20), await shop.stocked(10)];
  const carts = once(60).map((index) =>
    variants
      .filter((_, at) => (index + 1) % (at + 2) !== 0)
      .map((variantId) => ({ variantId, quantity: (index % 3) + 1 })),
  );
  const filled = carts.filter(({ length }) => length > 0);
  const orders = await atOnce(8, filled, (lines) => shop.reserve(lines));
  const held = new Map(variants.map((variantId) => [variantId, 0]));
  for (const [index, orderId] of orders.entries()) {
    const kept = await shop.infrastructure.reads.claims.linesOf(orderId);
    const reserved = (await shop.outcomeOf(orderId)) === 'RESERVED';
    expect(sumOf(kept)).toBe(reserved ? sumOf(filled[index] ?? []) : 0);
    for (const { variantId, quantity } of kept) {
      held.set(variantId, (held.get(variantId) ?? 0) + quantity);
    }
  }
  for (const variantId of variants) {
    const { onHand, reserved } = await shop.stockOf(variantId);
    expect(reserved).toBe(held.get(variantId));
    expect(await shop.ledgerOf(variantId)).toEqual({ onHand, reserved });
  }
});

test('carts of other variants of the same products, in any order, never wait for each other', async () => {
  const products = await Promise.all(
    once(2).map(() =>
      list(graph, {
        options: [{ name: 'Size', values: ['S', 'L'] }],
        variants: ['S', 'L'].map((value) => ({
          sku: newId('evt'),
          price: eur(1),
          openingStock: 12,
          selectedOptions: [{ name: 'Size', value }],
        })),
      }),
    ),
  );
  const variantsOf = (place: number): string[] =>
    products.map(({ variants }) => variants.edges[place].node.id);
  const lines = (variantIds: string[]) =>
    variantIds.map((variantId) => ({ variantId, quantity: 1 }));
  const carts = once(24).map((index) => lines(variantsOf(index % 2)));
  const before = shop.conflicts();
  // The stock of a variant runs out at other moments than that of the others, which all are told of.
  await shop.reserve([{ variantId: variantsOf(0)[0] as string, quantity: 5 }]);
  await atOnce(8, carts, (cart) => shop.reserve(cart));
  expect(shop.conflicts()).toBe(before);
});

describe('release', () => {
  test('is released once for 20 concurrent requests', async () => {
    const variantId = await shop.stocked(5);
    const orderId = await shop.reserve([{ variantId, quantity: 3 }]);
    await atOnce(10, once(20), () => shop.release(orderId));
    expect((await shop.stockOf(variantId)).reserved).toBe(0);
    expect(await shop.ledgerOf(variantId)).toEqual({ onHand: 5, reserved: 0 });
  });

  test('that arrives before the order prevents a later reservation', async () => {
    const variantId = await shop.stocked(5);
    const orderId = newId('ord');
    await shop.release(orderId);
    await graph.deliver('orders.OrderPlaced', {
      orderId,
      number: 'N',
      buyerId: as('bo').userId,
      currency: 'EUR',
      totalMinor: 100,
      lines: [
        { lineId: newId('oln'), variantId, quantity: 2, unitPriceMinor: 50, sellerOrderId: null },
      ],
    });
    await until(async () => (await graph.backplane.jobs.backlog('events.products')) === 0);
    expect((await shop.stockOf(variantId)).reserved).toBe(0);
  });

  test('of a rejected order gives nothing back', async () => {
    const variantId = await shop.stocked(1);
    const orderId = await shop.reserve([{ variantId, quantity: 2 }]);
    await shop.release(orderId);
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 1, reserved: 0 });
  });
});

describe('later events of an order', () => {
  const nothing = { shipped: 0, released: 0, lost: 0, restocked: 0 };
  /** Six of ten are ordered: three sent in two parcels, one paid back, one lost, one come back of those sent. */
  const totals = [
    { shipped: 1 },
    { shipped: 1, released: 1 },
    { shipped: 3, released: 1, lost: 1 },
    { shipped: 3, released: 1, lost: 1, restocked: 1 },
  ];
  async function fulfilled(mutate?: Mutation) {
    const variantId = await shop.stocked(10);
    const orderId = await shop.reserve([{ variantId, quantity: 6 }]);
    const all = totals.map((counts) => ({
      orderId,
      lines: [{ variantId, ...nothing, ...counts }],
    }));
    // Each comes twice, the last before the first, and several at once.
    const fulfil = (event: (typeof all)[number]) => shop.fulfil(event, mutate);
    await atOnce(4, [...all, ...[...all].reverse()], fulfil);
    const { onHand, reserved } = await shop.stockOf(variantId);
    return {
      stock: { onHand, reserved },
      ledger: await shop.ledgerOf(variantId),
      orderId,
      variantId,
    };
  }

  test('removes shipped units from stock and releases the rest, once each', async () => {
    const { stock, ledger, orderId, variantId } = await fulfilled();
    expect(stock).toEqual({ onHand: 10 - 3 - 1 + 1, reserved: 6 - 3 - 1 - 1 });
    expect(ledger).toEqual(stock);
    await shop.fulfil({ orderId, lines: [{ variantId, ...nothing, shipped: 4 }] });
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 6, reserved: 0 });
    // It is sold by now, so whoever calls it off late frees nothing of others.
    await shop.release(orderId);
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 6, reserved: 0 });
  });

  test('exceeds the stock where it moves totals in place of differences (mutant)', async () => {
    const forgetful: Mutation = (stores) =>
      replaceStores(stores, { claims: { ...stores.claims, saveFulfilment: async () => {} } });
    await expect(fulfilled(forgetful)).rejects.toThrow('stock_item_never_oversold');
  });

  test('ends when all is shipped, also in parcels of different lines', async () => {
    const [first, second] = [await shop.stocked(5), await shop.stocked(5)];
    const orderId = await shop.reserve(
      [first, second].map((variantId) => ({ variantId, quantity: 1 })),
    );
    const states: (string | null)[] = [];
    for (const variantId of [first, second]) {
      await shop.fulfil({ orderId, lines: [{ variantId, ...nothing, shipped: 1 }] });
      states.push(await shop.infrastructure.reads.claims.lock(orderId));
    }
    expect(states).toEqual(['RESERVED', 'SOLD']);
  });

  test('comes from orders, and a cancelled one moves nothing', async () => {
    const variantId = await shop.stocked(5);
    const [sent, off] = [
      await shop.reserve([{ variantId, quantity: 2 }]),
      await shop.reserve([{ variantId, quantity: 1 }]),
    ];
    await shop.release(off);
    const ids = { sellerOrderId: newId('sor'), sellerId: newId('sel') };
    for (const orderId of [off, sent]) {
      const lines = [{ variantId, ...nothing, shipped: 1 }];
      await graph.deliver('orders.FulfilmentChanged', { orderId, ...ids, lines });
    }
    await until(async () => (await shop.stockOf(variantId)).onHand < 5);
    await until(async () => (await graph.backplane.jobs.backlog('events.products')) === 0);
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 4, reserved: 1 });
  });
});

test('a later failure rolls back the reservation and its events', async () => {
  const variantId = await shop.stocked(5);
  let orderId = '';
  const failing: Mutation = (stores) =>
    replaceStores(stores, {
      stock: {
        ...stores.stock,
        record: async () => {
          throw new Error('The ledger is full.');
        },
      },
    });
  await expect(
    shop.reserve([{ variantId, quantity: 1 }], (stores, lines) => {
      const { open } = stores.claims;
      const claims = {
        ...stores.claims,
        open: (id: string, ...rest: [never, Date]) => {
          orderId = id;
          return open(id, ...rest);
        },
      };
      return replaceStores(failing(stores, lines), { claims }) as never;
    }),
  ).rejects.toThrow('The ledger is full.');
  expect(await shop.infrastructure.log.read(`order:${orderId}`, 0, 10)).toEqual([]);
  expect((await shop.stockOf(variantId)).reserved).toBe(0);
});

test('unlisted and unknown products are not reserved', async () => {
  const product = await list(graph);
  const variantId = variantIdOf(product);
  await graph.execute(UPDATE, { input: { id: product.id, status: 'ARCHIVED' } }, as('sela'));
  for (const id of [variantId, newId('var')]) {
    const orderId = await shop.reserve([{ variantId: id, quantity: 1 }]);
    const [event] = await shop.infrastructure.log.read(`order:${orderId}`, 0, 1);
    expect(event).toMatchObject({
      type: 'products.StockRejected',
      payload: { shortages: [{ variantId: id, requested: 1, reason: 'NOT_FOR_SALE' }] },
    });
  }
});

test('unlimited products may go below zero, and reserved stock cannot be removed', async () => {
  const endless = variantIdOf(
    await list(graph, {
      variants: [{ sku: 'ENDLESS', price: eur(1), openingStock: 0, inventoryPolicy: 'CONTINUE' }],
    }),
  );
  expect(await shop.outcomeOf(await shop.reserve([{ variantId: endless, quantity: 3 }]))).toBe(
    'RESERVED',
  );
  expect(availableOf(await shop.stockOf(endless))).toBe(-3);

  const scarce = await shop.stocked(5);
  await shop.reserve([{ variantId: scarce, quantity: 4 }]);
  const input = {
    variantId: scarce,
    delta: -2,
    reason: 'COUNTED',
    idempotencyKey: crypto.randomUUID(),
  };
  const data = await graph.ask(ADJUST, { input }, as('sela'));
  expect(data.adjustInventory.errors).toMatchObject([
    { code: 'NEGATIVE_STOCK', onHand: 5, reserved: 4 },
  ]);
});
