import { randomUUID } from 'node:crypto';
import { createOrdersSubgraph, loadOwnConfig as loadOrdersConfig } from '@souk/orders';
import { createProductsSubgraph } from '@souk/products';
import { personalSellerIdOf, type Viewer } from '@souk/runtime/domain';
import {
  type Answer,
  as,
  insist,
  randomOf,
  redisUrl,
  type StartedSubgraph,
  sized,
  sql,
  startSubgraph,
  testBackplane,
  until,
  untilItWorks,
} from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killAtEach } from './support/faults/killed-saga.ts';
import { SAGA_POINTS, type SagaPoint } from './support/faults/saga-points.ts';
import { ADDRESS } from './support/postal-address.ts';

/** Products and orders as they run side by side: two databases, one backplane, both workers. */
let products: StartedSubgraph;
let orders: StartedSubgraph;
let closeBackplane: () => Promise<void>;

beforeAll(async () => {
  const backplane = await testBackplane();
  closeBackplane = backplane.close;
  products = await startSubgraph('products', createProductsSubgraph, {
    config: { sellers: 'open', commissionBasisPoints: 1000 },
    backplane,
    worker: true,
  });
  orders = await startSubgraph('orders', createOrdersSubgraph, {
    config: {
      ...{ ...loadOrdersConfig({}), payments: 'test' as const, paymentsPerWindow: 1_000_000 },
      ...{ ordersPerWindow: 1_000_000, futileLinesPerWindow: 1_000_000 },
    },
    backplane,
    worker: true,
  });
});
afterAll(async () => {
  await products?.[Symbol.asyncDispose]();
  await orders?.[Symbol.asyncDispose]();
  await closeBackplane?.();
});

const seller = as('sela');
const buyer = as('bo');

async function list(
  sku: string,
  openingStock: number,
  minorUnits = 1500,
  categoryIds: string[] = [],
  by = seller,
) {
  const data = await products.ask(
    `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
       product { id defaultVariant { id } } errors { __typename } } }`,
    {
      input: {
        title: sku,
        categoryIds,
        variants: [{ sku, price: { minorUnits, currency: 'EUR' }, openingStock }],
      },
    },
    by,
  );
  return data.createProduct.product.defaultVariant.id as string;
}

/** As a client does, asks once more, with the same key, while a busy machine has no connection free for it. */
const askOrders = (query: string, variables: Record<string, unknown>, viewer: Viewer) =>
  insist(() => orders.execute(query, variables, viewer));

const place = async (lines: [string, number][], viewer = buyer) => {
  const { data, errors } = await askOrders(
    `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
       order { id status head sellerOrders { id } } errors { __typename ... on UserError { code } } } }`,
    {
      input: {
        lines: lines.map(([variantId, quantity]) => ({ variantId, quantity })),
        shippingAddress: ADDRESS,
        idempotencyKey: randomUUID(),
      },
    },
    viewer,
  );
  return data?.buyNow ?? { order: null, errors };
};

/** Waits until orders know of the variant, then places. */
const placeWhenKnown = (lines: [string, number][], viewer = buyer) =>
  until(async () => {
    const { order, errors } = await place(lines, viewer);
    if (order) return order;
    expect(errors).toMatchObject([{ code: 'PRODUCT_VARIANT_NOT_FOUND' }]);
    return null;
  });

/** Waits until orders know of the variant and its stock: only then can they call 999 too many. */
const knownToOrders = (variantId: string) =>
  until(async () => {
    const { errors } = await place([[variantId, 999]]);
    return errors?.[0]?.code === 'INSUFFICIENT_STOCK';
  });

const cancelAndForget = (id: string) =>
  askOrders(
    'mutation ($id: ID!) { cancelOrder(orderId: $id) { errors { __typename } } }',
    { id },
    buyer,
  );

const orderNow = async (id: string, viewer = buyer) =>
  (
    await orders.ask(
      'query ($id: ID!) { order(id: $id) { status statusReason version } }',
      { id },
      viewer,
    )
  ).order;

const settled = (id: string, viewer = buyer) =>
  until(async () => {
    const order = await orderNow(id, viewer);
    return order.status !== 'PENDING' && order;
  });

const stockOf = async (id: string) =>
  (
    await products.ask(
      'query ($id: ID!) { variant(id: $id) { inventory { available onHand reserved } } }',
      { id },
      seller,
    )
  ).variant.inventory;

const ledgerOf = async (variantId: string) => {
  const data = await products.ask(
    `query ($variantId: ID!) { stockMovements(variantId: $variantId, first: 100) {
       edges { node { delta reservedDelta reason sellerOrder { id } } } } }`,
    { variantId },
    seller,
  );
  return data.stockMovements.edges.map(({ node }: { node: unknown }) => node) as {
    delta: number;
    reservedDelta: number;
    reason: string;
    sellerOrder: { id: string } | null;
  }[];
};

test('an order becomes RESERVED when all its items are reserved, and its buyer sees each step', async () => {
  const lamp = await list('SAGA-LAMP', 5);
  const { id, head, sellerOrders } = await placeWhenKnown([[lamp, 2]]);
  await using events = await orders.subscribe(
    `subscription ($id: ID!, $after: EventCursor) { orderEvents(orderId: $id, after: $after) {
       __typename ... on OrderStatusChanged { from to statusReason order { status version } } } }`,
    { id, after: head },
    buyer,
  );
  expect(await settled(id)).toEqual({ status: 'RESERVED', statusReason: null, version: 2 });
  const { data } = await events.find(
    (answer) => answer.data.orderEvents.__typename === 'OrderStatusChanged',
  );
  expect(data.orderEvents).toEqual({
    __typename: 'OrderStatusChanged',
    from: 'PENDING',
    to: 'RESERVED',
    statusReason: null,
    order: { status: 'RESERVED', version: 2 },
  });
  expect(await stockOf(lamp)).toEqual({ available: 3, onHand: 5, reserved: 2 });
  expect(await ledgerOf(lamp)).toEqual([
    { delta: 0, reservedDelta: 2, reason: 'RESERVATION', sellerOrder: { id: sellerOrders[0].id } },
    { delta: 5, reservedDelta: 0, reason: 'ADJUSTMENT', sellerOrder: null },
  ]);
});

test('a product that was listed or repriced a moment ago can be ordered at once, at the shown price', async () => {
  for (let round = 1; round <= 5; round += 1) {
    const fresh = await list(`SAGA-FRESH-${round}`, 5, 1_000);
    const priceOf = async ([quantity, priceMinor]: [number, number]) => {
      const { order, errors } = await place([[fresh, quantity]]);
      expect(errors).toEqual([]);
      const data = await orders.ask(
        'query ($id: ID!) { order(id: $id) { lines { unitPrice { minorUnits } } } }',
        { id: order.id },
        buyer,
      );
      expect(data.order.lines[0].unitPrice.minorUnits).toBe(priceMinor);
    };
    await priceOf([1, 1_000]);
    const data = await products.ask(
      `mutation ($input: UpdateVariantInput!) { updateVariant(input: $input) { errors { __typename } } }`,
      { input: { id: fresh, price: { minorUnits: 1_000 + round, currency: 'EUR' } } },
      seller,
    );
    expect(data.updateVariant.errors).toEqual([]);
    await priceOf([1, 1_000 + round]);
  }
});

test('a category’s rate is that of its parts, also of one that was put there a moment ago', async () => {
  const admin = as('ida', 'ADMIN');
  const create = async (name: string, parentId?: string) =>
    (
      await products.ask(
        `mutation ($input: CreateCategoryInput!) { createCategory(input: $input) {
           category { id } errors { __typename } } }`,
        { input: { name, parentId } },
        admin,
      )
    ).createCategory.category.id as string;
  const [above, under] = [await create('Above'), await create('Under')];
  const sellerId = personalSellerIdOf(seller.userId);
  await list('SAGA-FIRST', 1);
  const { setCommission } = await products.ask(
    `mutation ($sellerId: ID!, $categoryId: ID) { setCommission(
       sellerId: $sellerId, categoryId: $categoryId, basisPoints: 3000) { errors { __typename } } }`,
    { sellerId, categoryId: above },
    admin,
  );
  expect(setCommission.errors).toEqual([]);
  const lamp = await list('SAGA-RATED', 50, 1_000, [under]);
  const kept = async () => {
    const order = await placeWhenKnown([[lamp, 1]]);
    const id = order.sellerOrders[0].id;
    const query = 'query ($id: ID!) { sellerOrder(id: $id) { commission { minorUnits } } }';
    return (await orders.ask(query, { id }, seller)).sellerOrder.commission.minorUnits;
  };
  expect(await kept()).toBe(100);
  const move = async (parentId: string | null) => {
    const data = await products.ask(
      `mutation ($input: UpdateCategoryInput!) { updateCategory(input: $input) { errors { __typename } } }`,
      { input: { id: under, parentId } },
      admin,
    );
    expect(data.updateCategory.errors).toEqual([]);
  };
  for (let round = 1; round <= 3; round += 1) {
    await move(above);
    expect(await kept()).toBe(300);
    await move(null);
    expect(await kept()).toBe(100);
  }
});

test('an order is REJECTED in full when one line is short, and says which', async () => {
  const plenty = await list('SAGA-PLENTY', 50);
  const scarce = await list('SAGA-SCARCE', 1);
  await knownToOrders(plenty);
  await knownToOrders(scarce);
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () =>
      place([
        [plenty, 3],
        [scarce, 1],
      ]),
    ),
  );
  const results = await Promise.all(
    outcomes.map(({ order, errors }) => (order ? settled(order.id) : errors[0].code)),
  );
  const reserved = results.filter((result) => result.status === 'RESERVED');
  const rejected = results.filter((result) => result.status === 'REJECTED');
  // Where our copy already knew that the last one is gone, it said so at once.
  const refused = results.filter((result) => result === 'INSUFFICIENT_STOCK');
  expect(reserved).toHaveLength(1);
  expect(rejected.length + refused.length).toBe(4);
  for (const { statusReason } of rejected) expect(statusReason).toBe('SAGA-SCARCE is sold out.');
  expect((await stockOf(plenty)).reserved).toBe(3);
  // Once the copy knows, an order for it is refused at once.
  await until(async () => {
    const { errors } = await place([[scarce, 1]]);
    return errors?.[0]?.code === 'INSUFFICIENT_STOCK';
  });
});

test('a cancelled order gives its stock back exactly once, however often it is cancelled', async () => {
  const vase = await list('SAGA-VASE', 4);
  const { id } = await placeWhenKnown([[vase, 3]]);
  await settled(id);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      askOrders(
        `mutation ($id: ID!) { cancelOrder(orderId: $id, reason: "Changed my mind") {
           order { status statusReason viewerCan } replayed
           errors { __typename ... on OrderStateError { code status allowed } } } }`,
        { id },
        buyer,
      ),
    ),
  );
  const outcomes = answers.map(({ data }) => data.cancelOrder);
  const order = { status: 'CANCELLED', statusReason: 'Changed my mind', viewerCan: [] };
  expect(outcomes.filter(({ replayed }) => !replayed)).toEqual([
    { order, replayed: false, errors: [] },
  ]);
  expect(outcomes.filter(({ replayed }) => replayed)).toEqual(
    Array(19).fill({ order, replayed: true, errors: [] }),
  );
  await until(async () => (await stockOf(vase)).reserved === 0);
  expect(await stockOf(vase)).toEqual({ available: 4, onHand: 4, reserved: 0 });
  const reasons = (await ledgerOf(vase)).map(({ reason }) => reason);
  expect(reasons).toEqual(['RELEASE', 'RESERVATION', 'ADJUSTMENT']);
});

test('cancelling at the moment of reservation leaves no stock behind', async () => {
  const stool = await list('SAGA-STOOL', 100);
  await placeWhenKnown([[stool, 1]], as('warm-up'));
  const placed = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { order, errors } = await place([[stool, 1]]);
      if (!order) throw new Error(`not placed: ${JSON.stringify(errors)}`);
      await cancelAndForget(order.id);
      return order.id as string;
    }),
  );
  for (const id of placed) expect((await orderNow(id)).status).toBe('CANCELLED');
  // Only the warm-up's one stays; every other claim ends released, in whichever order news came.
  await until(async () => {
    const movements = await ledgerOf(stool);
    const of = (wanted: string) => movements.filter(({ reason }) => reason === wanted).length;
    return (await stockOf(stool)).reserved === 1 && of('RESERVATION') === of('RELEASE') + 1;
  });
});

test('50 buyers at once get exactly the 10 there are, and the numbers agree everywhere', async () => {
  const clock = await list('SAGA-CLOCK', 10);
  const first = await placeWhenKnown([[clock, 1]], as('buyer-0'));
  const outcomes = await Promise.all(
    Array.from({ length: 49 }, (_, index) => place([[clock, 1]], as(`buyer-${index + 1}`))),
  );
  const placed = outcomes.flatMap(({ order }, index) =>
    order ? [{ id: order.id as string, viewer: as(`buyer-${index + 1}`) }] : [],
  );
  const statuses = await Promise.all(
    [{ id: first.id as string, viewer: as('buyer-0') }, ...placed].map(
      async ({ id, viewer }) => (await settled(id, viewer)).status,
    ),
  );
  expect(statuses.filter((status) => status === 'RESERVED')).toHaveLength(10);
  expect(await stockOf(clock)).toEqual({ available: 0, onHand: 10, reserved: 10 });
  const ledger = await ledgerOf(clock);
  expect(ledger.reduce((sum, { delta }) => sum + delta, 0)).toBe(10);
  expect(ledger.reduce((sum, { reservedDelta }) => sum + reservedDelta, 0)).toBe(10);
});

test('of twenty orders while the seller is suspended, no unpaid one keeps a reservation', async () => {
  const opened = as('sara');
  const sold = await list('SAGA-SOLD', 100, 1_000, [], opened);
  const sellerId = personalSellerIdOf(opened.userId);
  await placeWhenKnown([[sold, 1]], as('first-buyer'));
  const setStatus = async (status: string) => {
    const data = await products.ask(
      `mutation ($sellerId: ID!, $status: SellerStatus!) { setSellerStatus(sellerId: $sellerId, status: $status) {
         errors { __typename ... on UserError { code } } } }`,
      { sellerId, status },
      as('ida', 'ADMIN'),
    );
    expect(data.setSellerStatus.errors).toEqual([]);
  };
  const buying = Array.from({ length: 20 }, async (_, nth) => {
    const { order } = await place([[sold, 1]], as(`late-buyer-${nth}`));
    return order?.id as string | undefined;
  });
  await Promise.race(buying);
  await setStatus('SUSPENDED');
  const ids = (await Promise.all(buying)).filter((id) => id !== undefined);
  const ended = async () => {
    const rows = await sql<{ status: string }>(
      orders,
      `SELECT o.status FROM placed_order o JOIN seller_order s ON s.order_id = o.id
       WHERE s.seller_id = $1 AND o.status IN ('PENDING', 'RESERVED')`,
      [sellerId],
    );
    return rows.length === 0;
  };
  await until(ended);
  expect(ids.length).toBeGreaterThan(0);
  // Nobody paid, so nothing is set aside any more, however the news of it and of the suspension met.
  const reserved = async () =>
    (
      await products.ask(
        'query ($id: ID!) { variant(id: $id) { inventory { reserved } } }',
        { id: sold },
        opened,
      )
    ).variant.inventory.reserved;
  await until(async () => (await reserved()) === 0);
  expect(await ended()).toBe(true);
});

describe('random orders that are paid, sent, paid back, returned and called off', () => {
  const KEY = 'idempotencyKey: "KEY"';
  /** Asks again for what comes too early, such as giving back what is not yet booked as paid. */
  const done = (call: string, selection: string, viewer = seller): Promise<Answer['data']> =>
    untilItWorks(async () => {
      const data = await orders.ask(
        `mutation { ${call.replace('KEY', randomUUID())} { ${selection} errors { __typename ... on UserError { code message } } } }`,
        {},
        viewer,
      );
      const payload = Object.values<Answer['data']>(data)[0];
      if (payload.errors.length > 0) throw new Error(`${call}: ${JSON.stringify(payload.errors)}`);
      return payload;
    });
  const deadlocks = async () => {
    const [row] = await sql<{ count: number }>(
      orders,
      'SELECT deadlocks::int AS count FROM pg_stat_database WHERE datname = current_database()',
    );
    return row?.count ?? 0;
  };

  const pay = (orderId: string) =>
    done(
      `payOrder(input: { orderId: "${orderId}", paymentMethodCode: "test_card", ${KEY} })`,
      'order { status }',
      buyer,
    );

  /** One life of an order; what it does is chosen by the numbers it is given, each below 1. */
  async function live(variants: readonly string[], chance: () => number): Promise<void> {
    const some = variants.filter(() => chance() < 0.5);
    const wanted = (some.length > 0 ? some : variants.slice(0, 1)).map((id): [string, number] => [
      id,
      1 + Math.floor(chance() * 3),
    ]);
    const { order } = await place(wanted, buyer);
    if (!order) return;
    const { status } = await settled(order.id);
    if (status !== 'RESERVED') return;
    if (chance() < 0.2) return void (await cancelAndForget(order.id));
    await pay(order.id);
    const part = `sellerOrderId: "${order.sellerOrders[0].id}"`;
    const data = await orders.ask(
      'query ($id: ID!) { order(id: $id) { lines { id quantity } } }',
      { id: order.id },
      buyer,
    );
    // Beside the lines, which then come to less.
    if (chance() < 0.2) {
      const amount = 'amount: { minorUnits: 100, currency: "EUR" }';
      await done(`refundOrder(input: { ${part}, ${amount}, ${KEY} })`, 'refund { id }');
    }
    for (const { id, quantity } of data.order.lines as { id: string; quantity: number }[]) {
      const lines = (count: number) => `lines: [{ lineId: "${id}", quantity: ${count} }]`;
      const sent = Math.floor(chance() * (quantity + 1));
      // Paid back before it is sent; it goes on sale again, or is written off.
      if (sent < quantity) {
        const restock = chance() < 0.5;
        await done(
          `refundOrder(input: { ${part}, ${lines(quantity - sent)}, restock: ${restock}, ${KEY} })`,
          'refund { id }',
        );
      }
      if (sent === 0) continue;
      await done(`fulfilOrder(input: { ${part}, ${lines(sent)}, ${KEY} })`, 'shipment { id }');
      if (chance() < 0.5) continue;
      const asked = await done(
        `requestReturn(input: { ${part}, ${lines(1)}, reason: OTHER, ${KEY} })`,
        'return { id }',
        buyer,
      );
      const returnId = `returnId: "${asked.return.id}"`;
      await done(`decideReturn(${returnId}, decision: APPROVE)`, 'return { id }');
      const restock = chance() < 0.5;
      await done(`receiveReturn(${returnId}, restock: ${restock}, ${KEY})`, 'return { status }');
    }
  }

  /** Each movement and each buyer's account at zero; what the provider holds is what it took less what it gave. */
  const AT_ZERO = { off: 0, buyers: 0, accounts: 0 };
  const booksOf = async () => {
    const [books] = await sql<Record<'off' | 'buyers' | 'held' | 'provider' | 'accounts', number>>(
      orders,
      `SELECT
         (SELECT count(*)::int FROM (SELECT 1 FROM ledger_entry GROUP BY movement_id
            HAVING sum(amount_minor) <> 0) m) AS off,
         (SELECT coalesce(sum(amount_minor), 0)::int FROM ledger_entry WHERE account = 'BUYER') AS buyers,
         (SELECT coalesce(sum(captured_minor - refunded_minor), 0)::int FROM test_payment) AS held,
         (SELECT coalesce(-sum(amount_minor), 0)::int FROM ledger_entry WHERE account = 'PROVIDER') AS provider,
         (SELECT count(*)::int FROM seller_account a WHERE balance_minor <> (SELECT coalesce(sum(amount_minor), 0)
            FROM ledger_entry e WHERE e.seller_id = a.seller_id AND e.currency = a.currency)) AS accounts`,
    );
    return books;
  };

  test('leave the accounts balanced, and stock equal to what the orders say', async () => {
    const count = sized({ suite: 16, soak: 10_000 });
    const seed = Number(process.env.SOUK_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`random orders: SOUK_SEED=${seed}`);
    const chance = randomOf(seed);
    const variants = await Promise.all(
      ['CUP', 'JUG', 'PAN'].map((sku) => list(`SAGA-${sku}`, count * 4, 777)),
    );
    for (const variant of variants) await knownToOrders(variant);
    const before = await deadlocks();
    const lives = Array.from({ length: count }, () => randomOf(Math.floor(chance() * 2 ** 31)));
    const atOnce = 8;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let own = lives.pop(); own; own = lives.pop()) await live(variants, own);
      }),
    );
    await until(async () => {
      const [waiting] = await sql<{ count: number }>(
        orders,
        `SELECT (SELECT count(*) FROM refund WHERE status <> 'DONE')
             + (SELECT count(*) FROM payment WHERE next_call_at IS NOT NULL) AS count`,
      );
      return Number(waiting?.count) === 0;
    });
    // No two of them waited for each other in a circle: all of one buyer, of one seller, eight at once.
    expect((await deadlocks()) - before).toBe(0);
    const books = await booksOf();
    expect(books).toMatchObject(AT_ZERO);
    expect(books?.provider).toBe(books?.held);
    expect(books?.held).toBeGreaterThan(0);
    for (const variant of variants) {
      // Still set aside: of orders that live, what was neither sent nor paid back before that.
      const [kept] = await sql<{ reserved: number }>(
        orders,
        `SELECT coalesce(sum(l.quantity - l.shipped_quantity - (l.refunded_quantity - l.returned_quantity)), 0)::int
           AS reserved
         FROM order_line l JOIN placed_order o ON o.id = l.order_id
         WHERE l.variant_id = $1 AND o.status IN ('RESERVED', 'PAID')`,
        [variant],
      );
      await until(async () => (await stockOf(variant)).reserved === kept?.reserved);
      const [sums] = await sql<{ hand: number; reserved: number }>(
        products,
        `SELECT sum(on_hand_delta)::int AS hand, sum(reserved_delta)::int AS reserved
         FROM stock_movement WHERE variant_id = $1`,
        [variant],
      );
      const { onHand, reserved } = await stockOf(variant);
      expect([sums?.hand, sums?.reserved]).toEqual([onHand, reserved]);
      expect(onHand).toBeGreaterThanOrEqual(reserved);
    }
  }, 3_600_000);

  test('and books in which a seller was paid for nothing, or a buyer twice, are caught by that', async () => {
    // A sale of its own, so that there are books.
    const { id } = await placeWhenKnown([[await list('SAGA-BOOKED', 5), 1]]);
    await settled(id);
    await pay(id);
    await until(async () => (await orderNow(id)).status === 'PAID');
    const entry = (account: string, sellerId: string, amount: number) =>
      `INSERT INTO ledger_entry (id, movement_id, kind, account, seller_id, currency, amount_minor, balance_after_minor, occurred_at)
       SELECT 'led_mutant' || count(*), 'mov_mutant', 'ADJUSTMENT', '${account}', ${sellerId}, 'EUR', ${amount},
         ${sellerId === 'NULL' ? 'NULL' : '0'}, now() FROM ledger_entry;`;
    const seller = '(SELECT min(seller_id) FROM seller_account)';
    // The triggers that refuse such entries are off.
    const mutated = (entries: string) =>
      sql(orders, `BEGIN; SET LOCAL session_replication_role = replica; ${entries} COMMIT`);
    await mutated(entry('SELLER', seller, 5));
    expect(await booksOf()).toMatchObject({ off: 1, accounts: 1 });
    await mutated(entry('BUYER', 'NULL', -5));
    expect(await booksOf()).toMatchObject({ off: 0, buyers: -5, accounts: 1 });
    await mutated(`DELETE FROM ledger_entry WHERE movement_id = 'mov_mutant';`);
    expect(await booksOf()).toMatchObject(AT_ZERO);
  });
});

// Most of it is waiting for what a killed process left: both at once.
describe.skipIf(!redisUrl()).concurrent('orders and products are ended with SIGKILL', () => {
  const seed = Number(process.env.SOUK_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const chance = randomOf(seed);
  const some = (points: readonly SagaPoint[], most: number) =>
    points
      .map((point) => ({ point, place: chance() }))
      .sort((a, b) => a.place - b.place)
      .slice(0, most)
      .map(({ point }) => point);

  test(
    'at any point of an order’s way, and a minute later stock, orders, money and carts agree',
    async () => {
      const rounds = Number(process.env.SOUK_ROUNDS ?? sized({ suite: 1, soak: 20 }));
      const most = sized({ suite: 1, soak: SAGA_POINTS.length });
      // Looked at after each round, so that what a kill left is told apart from what comes of the next ones.
      for (let round = 1; round <= rounds; round += 1) {
        const points = some(SAGA_POINTS, most);
        console.log(
          `SOUK_SEED=${seed}, round ${round} of ${rounds}:`,
          points.map(({ name }) => name).join('; '),
        );
        expect(await killAtEach(points, { redisUrl: redisUrl() as string })).toEqual([]);
      }
    },
    3 * 3_600_000,
  );

  test('and consumers that say they have an event before they are done with it are caught', async () => {
    const points = SAGA_POINTS.filter(({ name }) => name === 'OrderPlaced is taken');
    const wrong = await killAtEach(points, { redisUrl: redisUrl() as string, isForgetful: true });
    expect(wrong).toEqual([expect.stringContaining('is PENDING for ever')]);
  });
});
