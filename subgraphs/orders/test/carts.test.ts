import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { pruneRows } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { createFollowedCartStore } from '../src/persistence/followed-cart-store.ts';
import { retention } from '../src/persistence/retention.ts';
import { createFollowedCarts } from '../src/use-cases/cart/followed-carts.ts';
import { CART, type CartShop, cartShopOf } from './cart-shop.ts';
import { type Shop, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
let carts: CartShop;
beforeAll(async () => {
  graph = await startOrders();
  shop = shopOf(graph);
  carts = cartShopOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const bo = as('bo');
const lineOf = ({ lines }: { lines: { variant: { id: string } | null }[] }, variantId: string) =>
  lines.find(({ variant }) => variant?.id === variantId);

describe('a guest’s cart', () => {
  test('can be created, read and changed only by somebody who has its id', async () => {
    const item = await shop.item();
    const { cart } = await carts.create([{ variantId: item.variantId, quantity: 2 }]);
    expect(cart).toMatchObject({
      ...{ owner: null, currency: 'EUR', itemCount: 2, subtotal: { minorUnits: 3000 } },
      lines: [{ title: 'Brass lamp', quantity: 2, maxQuantity: 10, problem: null }],
    });
    expect(await carts.find(cart.id)).toEqual(cart);
    expect(await carts.find(newId('crt'))).toBeNull();
    const { errors } = await carts.set(newId('crt'), []);
    expect(errors).toMatchObject([{ code: 'CART_NOT_FOUND', path: ['cartId'] }]);
    // No node: who has no id must not get at one by lists or references.
    const data = await graph.ask(
      'query ($refs: [_Any!]!) { _entities(representations: $refs) { __typename } }',
      {
        refs: [
          { __typename: 'Cart', id: cart.id },
          { __typename: 'CartLine', id: cart.lines[0].id },
        ],
      },
    );
    expect(data._entities).toEqual([null, null]);
  });

  test('is made once for one key', async () => {
    const item = await shop.item();
    const key = randomUUID();
    const lines = [{ variantId: item.variantId, quantity: 1 }];
    const [first, again, shouted] = [
      await carts.create(lines, { key }),
      await carts.create(lines, { key }),
      await carts.create(lines, { key: key.toUpperCase() }),
    ];
    expect([again, shouted]).toMatchObject([
      { replayed: true, cart: { id: first.cart.id } },
      { replayed: true, cart: { id: first.cart.id } },
    ]);
    const other = await carts.create([], { key });
    expect(other.errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  test('cannot be reached by guessing its key: without an account the key is random', async () => {
    const keys = [
      '00000000-0000-0000-0000-000000000001',
      '2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d',
      'a6edc906-2f9f-5fb2-a373-efac406f0ef2',
    ];
    for (const key of keys) {
      expect((await carts.create([], { key })).errors).toMatchObject([
        { code: 'BAD_USER_INPUT', path: ['idempotencyKey'] },
      ]);
      expect((await carts.create([], { key }, as('key-maker'))).errors).toEqual([]);
    }
  });

  test('holds the quantity that a line was set to, however often', async () => {
    const [one, two] = [await shop.item(), await shop.item()];
    const { cart } = await carts.create([{ variantId: one.variantId, quantity: 2 }]);
    const lines = [
      { variantId: one.variantId, quantity: 5 },
      { variantId: two.variantId, quantity: 1 },
    ];
    const set = await carts.set(cart.id, lines);
    expect(set.cart).toMatchObject({ itemCount: 6, version: cart.version + 1 });
    expect((await carts.set(cart.id, lines)).cart).toEqual(set.cart);
    const without = await carts.set(cart.id, [{ variantId: one.variantId, quantity: 0 }]);
    expect(without.cart.lines).toMatchObject([{ variant: { id: two.variantId }, quantity: 1 }]);
    const empty = await carts.clear(cart.id);
    expect(empty.cart).toMatchObject({ lines: [], itemCount: 0, subtotal: { minorUnits: 0 } });
  });

  test('reports all mistakes of its lines at once, and changes nothing then', async () => {
    const [item, archived, scarce] = [
      await shop.item(),
      await shop.item({ status: 'ARCHIVED' }),
      await shop.item({}, 3),
    ];
    const { cart } = await carts.create([]);
    const { errors } = await carts.set(cart.id, [
      { variantId: item.variantId, quantity: 1 },
      { variantId: archived.variantId, quantity: 1 },
      { variantId: scarce.variantId, quantity: 4 },
    ]);
    expect(errors).toMatchObject([
      { code: 'VARIANT_NOT_ON_SALE', path: ['lines', '1', 'variantId'] },
      { code: 'INSUFFICIENT_STOCK', path: ['lines', '2', 'quantity'], maxQuantity: 3 },
    ]);
    const bad = await carts.set(cart.id, [
      { variantId: 'x', quantity: 1 },
      { variantId: item.variantId, quantity: 1_000 },
      { variantId: item.variantId, quantity: 1 },
    ]);
    expect(bad.errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
      'lines.0.variantId',
      'lines.1.quantity',
      'lines.2.variantId',
    ]);
    expect((await carts.find(cart.id)).lines).toEqual([]);
  });

  test('is not changed by a request with an earlier version', async () => {
    const item = await shop.item();
    const { cart } = await carts.create([{ variantId: item.variantId, quantity: 1 }]);
    const lines = [{ variantId: item.variantId, quantity: 2 }];
    await carts.set(cart.id, lines, { expectedVersion: cart.version });
    const late = await carts.set(cart.id, lines, { expectedVersion: cart.version });
    expect(late).toMatchObject({
      cart: { version: cart.version + 1, itemCount: 2 },
      errors: [{ __typename: 'CartChangedError', currentVersion: cart.version + 1 }],
    });
  });
});

describe('a line that cannot be bought', () => {
  test('stays readable, is out of the total, and can be taken out', async () => {
    const names = ['gone', 'archived', 'short', 'dearer', 'cheaper', 'fine'] as const;
    const items = Object.fromEntries(
      await Promise.all(names.map(async (title) => [title, await shop.item({ title })] as const)),
    ) as Record<(typeof names)[number], Awaited<ReturnType<Shop['item']>>>;
    const { cart } = await carts.create(
      names.map((name) => ({ variantId: items[name].variantId, quantity: 2 })),
    );
    await shop.deliverProduct({ ...items.gone, variantId: newId('var') });
    await shop.deliverProduct(items.archived, { status: 'ARCHIVED', title: 'archived' });
    await shop.deliverStock(items.short, 1);
    await shop.deliverProduct(items.dearer, { priceMinor: 1600, title: 'dearer' });
    await shop.deliverProduct(items.cheaper, { priceMinor: 1000, title: 'cheaper' });
    await shop.idle();
    const now = await carts.find(cart.id);
    const problems = now.lines.map(({ title, problem }: Record<string, string>) => [
      title,
      problem,
    ]);
    expect(problems).toEqual([
      ['gone', 'GONE'],
      ['archived', 'NOT_FOR_SALE'],
      ['short', 'TOO_MANY'],
      ['dearer', 'PRICE_CHANGED'],
      ['cheaper', null],
      ['fine', null],
    ]);
    expect(now.subtotal.minorUnits).toBe(2 * 1000 + 2 * 1500);
    expect(lineOf(now, items.dearer.variantId)).toMatchObject({
      unitPrice: { minorUnits: 1600 },
      previousUnitPrice: { minorUnits: 1500 },
    });
    const removed = await carts.set(
      cart.id,
      names.map((name) => ({
        variantId: items[name].variantId,
        quantity: name === 'fine' ? 2 : 0,
      })),
    );
    expect(removed.cart.lines).toMatchObject([{ title: 'fine' }]);
  });
});

describe('a person’s cart', () => {
  test('is found without an id, and only by its owner', async () => {
    const item = await shop.item();
    const eve = as('eve');
    expect(await carts.own(eve)).toBeNull();
    const uses = await Promise.all(
      Array.from({ length: 8 }, () =>
        carts.set(null, [{ variantId: item.variantId, quantity: 3 }], {}, eve),
      ),
    );
    expect(new Set(uses.map(({ cart }) => cart.id)).size).toBe(1);
    const own = await carts.own(eve);
    expect(own).toMatchObject({ owner: { id: eve.userId }, itemCount: 3 });
    expect(await carts.find(own.id, eve)).toEqual(own);
    expect(await carts.find(own.id, bo)).toBeNull();
    expect(await carts.find(own.id)).toBeNull();
    const { errors } = await carts.set(own.id, [], {}, bo);
    expect(errors).toMatchObject([{ code: 'CART_NOT_FOUND' }]);
    const anonymous = await carts.set(null, [], {}, null);
    expect(anonymous.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('takes in a guest’s once, names every change, and the guest’s id is good for nothing', async () => {
    const ida = as('ida');
    const [both, mine, theirs] = [await shop.item(), await shop.item(), await shop.item()];
    await carts.set(
      null,
      [
        { variantId: both.variantId, quantity: 600 },
        { variantId: mine.variantId, quantity: 1 },
      ],
      {},
      ida,
    );
    const guest = await carts.create([
      { variantId: both.variantId, quantity: 500 },
      { variantId: theirs.variantId, quantity: 2 },
    ]);
    const merges = await Promise.all(
      Array.from({ length: 5 }, () => carts.merge(guest.cart.id, ida)),
    );
    for (const { cart, errors } of merges) {
      expect(errors).toEqual([]);
      expect(cart.itemCount).toBe(999 + 1 + 2);
      expect(cart.notices).toMatchObject([
        {
          ...{ kind: 'QUANTITY_CAPPED', quantity: 999, previousQuantity: 600 },
          ...{
            message: expect.stringContaining(': 1100 would be too many'),
            line: { quantity: 999 },
          },
        },
        {
          ...{ kind: 'LINE_ADDED', quantity: 2, previousQuantity: 0 },
          line: { variant: { id: theirs.variantId } },
        },
      ]);
    }
    expect(await carts.find(guest.cart.id)).toBeNull();
    expect((await carts.merge(guest.cart.id, bo)).errors).toMatchObject([
      { code: 'CART_NOT_FOUND', path: ['guestCartId'] },
    ]);
    const seen = await carts.set(null, [{ variantId: mine.variantId, quantity: 2 }], {}, ida);
    expect(seen.cart.notices).toEqual([]);
  });

  test('is no guest’s to merge', async () => {
    const own = await carts.set(null, [], {}, as('olga'));
    expect((await carts.merge(own.cart.id, bo)).errors).toMatchObject([{ code: 'CART_NOT_FOUND' }]);
  });
});

test('subscribers of a cart receive its changes and those of the catalogue', async () => {
  const item = await shop.item();
  const { cart } = await carts.create([{ variantId: item.variantId, quantity: 1 }]);
  await using events = await graph.subscribe(
    `${CART} subscription ($id: ID!, $after: EventCursor) { cartEvents(cartId: $id, after: $after) {
      __typename ... on CartChanged { cart { ...Cart } } } }`,
    { id: cart.id, after: cart.head },
  );
  const totals = () =>
    events.items.flatMap(({ data }) => data.cartEvents.cart?.subtotal.minorUnits ?? []);
  await carts.set(cart.id, [{ variantId: item.variantId, quantity: 2 }]);
  await until(() => totals().includes(3000));
  await shop.deliverProduct(item, { priceMinor: 1000 });
  await until(() => totals().includes(2000));
  expect(await carts.eventsTelling(cart.id)).toBe(0);
});

describe('a change of the catalogue', () => {
  const EVENTS = `subscription ($id: ID!, $after: EventCursor) { cartEvents(cartId: $id, after: $after) {
    __typename ... on CartChanged { cart { subtotal { minorUnits } } } } }`;
  /** As many carts with this variant, touched in a moment, as anybody can make. */
  const makeCarts = (count: number, variantId: string, isFollowed: boolean) =>
    sql(
      graph,
      `WITH made AS (
         INSERT INTO cart (id, key, currency, created_at, updated_at)
         SELECT 'crt_' || $1 || n, 'made-' || $1 || n, 'EUR', now(), now() + interval '1 hour'
         FROM generate_series(1, $2::int) n RETURNING id, key),
       lines AS (
         INSERT INTO cart_line (id, cart_id, variant_id, quantity, title, currency, unit_price_minor, added_at)
         SELECT 'cln' || id, id, $3, 1, 'Lamp', 'EUR', 1500, now() FROM made)
       INSERT INTO followed_cart SELECT key, now() + interval '5 minutes' FROM made WHERE $4`,
      [randomUUID(), count, variantId, isFollowed],
    );
  const announced = async (variantId: string) => {
    const [row] = await sql<{ count: number }>(
      graph,
      `SELECT count(DISTINCT e.stream)::int FROM event_record e JOIN cart c ON e.stream = 'cart:' || c.key
       JOIN cart_line l ON l.cart_id = c.id WHERE l.variant_id = $1 AND c.key LIKE 'made-%'`,
      [variantId],
    );
    return row?.count;
  };

  test('reaches subscribers of a cart, however many other carts with the product changed since', async () => {
    const item = await shop.item();
    const { cart } = await carts.create([{ variantId: item.variantId, quantity: 1 }]);
    await using events = await graph.subscribe(EVENTS, { id: cart.id, after: cart.head });
    await makeCarts(250, item.variantId, false);
    await shop.deliverProduct(item, { priceMinor: 1000 });
    await until(() =>
      events.items.some(({ data }) => data.cartEvents.cart?.subtotal.minorUnits === 1000),
    );
    expect(await announced(item.variantId)).toBe(0);
  });

  test('reaches all carts with subscribers, in parts, and no others', async () => {
    const item = await shop.item();
    await makeCarts(450, item.variantId, true);
    await shop.deliverProduct(item, { priceMinor: 1000 });
    await until(async () => (await announced(item.variantId)) === 450);
    await sql(graph, `UPDATE followed_cart SET until = now() - interval '1 second'`);
    const other = await shop.item();
    await makeCarts(5, other.variantId, false);
    const { cart } = await carts.create([{ variantId: other.variantId, quantity: 1 }]);
    await using events = await graph.subscribe(EVENTS, { id: cart.id, after: cart.head });
    await shop.deliverProduct(other, { priceMinor: 1000 });
    await until(() =>
      events.items.some(({ data }) => data.cartEvents.cart?.subtotal.minorUnits === 1000),
    );
    expect(await announced(other.variantId)).toBe(0);
  });

  test('is also that its seller may no longer sell, or may again', async () => {
    const sellerId = newId('sel');
    const item = await shop.item({ sellerId });
    const { cart } = await carts.create([{ variantId: item.variantId, quantity: 1 }]);
    await makeCarts(250, item.variantId, true);
    await using events = await graph.subscribe(EVENTS, { id: cart.id, after: cart.head });
    const told = () => events.items.at(-1)?.data.cartEvents.cart?.subtotal.minorUnits;
    const becomes = (status: 'SUSPENDED' | 'ACTIVE', sequence: number) =>
      graph.deliver(
        'products.SellerUpdated',
        {
          ...{ sellerId, handle: 'x', displayName: 'X', status, version: sequence },
          ...{ members: [], commissions: [], changed: ['status'] },
        },
        { stream: `seller:${sellerId}`, sequence },
      );
    await becomes('SUSPENDED', 1);
    await until(() => told() === 0);
    await until(async () => (await announced(item.variantId)) === 250);
    await becomes('ACTIVE', 2);
    await until(() => told() === 1500);
  });

  test('keeps reaching a cart for as long as it is followed, and ends some time after', async () => {
    const db = createClient(graph.databaseUrl);
    let now = new Date('2030-01-01T00:00:00Z');
    const followedCarts = createFollowedCarts({
      reads: { followedCarts: createFollowedCartStore(db) },
      ...{ clock: () => now, logger: silentLogger, renewMs: 20 },
    });
    const untilOf = async () => {
      const [row] = await sql<{ until: Date }>(
        graph,
        `SELECT until FROM followed_cart WHERE key = 'followed twice'`,
      );
      return row?.until.toISOString();
    };
    try {
      const leave = await followedCarts.follow('followed twice');
      const leaveAgain = await followedCarts.follow('followed twice');
      expect(await untilOf()).toBe('2030-01-01T00:15:00.000Z');
      now = new Date('2030-01-01T01:00:00Z');
      await until(async () => (await untilOf()) === '2030-01-01T01:15:00.000Z');
      leave();
      now = new Date('2030-01-01T02:00:00Z');
      await until(async () => (await untilOf()) === '2030-01-01T02:15:00.000Z');
      leaveAgain();
      // Another one that is followed says when a round of renewals has passed.
      await followedCarts.follow('still followed');
      now = new Date('2030-01-01T03:00:00Z');
      await until(async () => {
        const [row] = await sql<{ until: Date }>(
          graph,
          `SELECT until FROM followed_cart WHERE key = 'still followed'`,
        );
        return row?.until.toISOString() === '2030-01-01T03:15:00.000Z';
      });
      expect(await untilOf()).toBe('2030-01-01T02:15:00.000Z');
    } finally {
      followedCarts.close();
      await db.$disconnect();
    }
  });
});

test('a guest’s cart that was left empty goes after a day, others of guests after a quarter', async () => {
  const item = await shop.item();
  const filled = (await carts.create([{ variantId: item.variantId, quantity: 1 }])).cart;
  const [empty, fresh] = [(await carts.create([])).cart, (await carts.create([])).cart];
  const own = await carts.set(null, [], {}, as('nell'));
  const age = (ids: string[], days: number) =>
    sql(
      graph,
      'UPDATE cart SET updated_at = now() - make_interval(days => $2) WHERE id = ANY ($1)',
      [ids, days],
    );
  const left = async () => {
    const ids = [filled, empty, fresh, own.cart].map(({ id }) => id);
    const rows = await sql<{ id: string }>(graph, 'SELECT id FROM cart WHERE id = ANY ($1)', [ids]);
    return ids.map((id) => rows.some((row) => row.id === id));
  };
  const db = createClient(graph.databaseUrl);
  try {
    await age([filled.id, empty.id, own.cart.id], 2);
    for (const rule of retention) await pruneRows(db, rule);
    expect(await left()).toEqual([true, false, true, true]);
    await age([filled.id, own.cart.id], 91);
    for (const rule of retention) await pruneRows(db, rule);
    expect(await left()).toEqual([false, false, true, true]);
  } finally {
    await db.$disconnect();
  }
});

test('reading a cart takes the same number of statements whatever it holds', async () => {
  const items = await Promise.all(Array.from({ length: 6 }, () => shop.item()));
  const fill = (count: number) =>
    carts.create(items.slice(0, count).map(({ variantId }) => ({ variantId, quantity: 1 })));
  const [small, large] = [await fill(1), await fill(6)];
  const reads = async (id: string) => (await graph.statementsOf(() => carts.find(id))).length;
  expect(await reads(large.cart.id)).toBe(await reads(small.cart.id));
});
