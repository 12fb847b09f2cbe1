import { randomUUID } from 'node:crypto';
import { newId, viewerIdOf } from '@souk/runtime/domain';
import { type Answer, as, marksOf, type StartedSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderInput, type Shop, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
beforeAll(async () => {
  graph = await startOrders();
  shop = shopOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const buyer = as('bo');
const EVENT = `__typename
  ... on StreamEvent { cursor }
  ... on OrderPlaced { order { status } }
  ... on OrderStatusChanged { from to statusReason order { id status } }
  ... on CaughtUp { replayed }
  ... on StreamReset { reason }`;
const ORDER_EVENTS = `subscription ($id: ID!, $after: EventCursor) { events: orderEvents(orderId: $id, after: $after) { ${EVENT} } }`;
const VIEWER_EVENTS = `subscription ($after: EventCursor) { events: viewerOrderEvents(after: $after) { ${EVENT} } }`;
const said = ({ items }: { readonly items: Answer[] }) =>
  items.map(({ data }) => {
    const { cursor: _, ...event } = data.events;
    return event;
  });
const orderOf = async (id: string, viewer = buyer) =>
  (
    await graph.ask(
      'query ($id: ID!) { order(id: $id) { status statusReason statusReasonCode version head lines { shortage } } }',
      { id },
      viewer,
    )
  ).order;

describe('what products say', () => {
  test('reserved makes it RESERVED, delivered twice only once', async () => {
    const { id } = await shop.order(await shop.item());
    await shop.deliverReserved(id);
    await shop.deliverReserved(id);
    expect(await orderOf(id)).toMatchObject({ status: 'RESERVED', version: 2 });
  });

  test.each([
    ['TOO_MANY', 'There are not that many of Vase.'],
    ['OUT_OF_STOCK', 'Vase is sold out.'],
    ['NOT_FOR_SALE', 'Vase is no longer for sale.'],
  ] as const)(
    'rejected for %s makes it REJECTED, and says why without a count',
    async (reason, words) => {
      const item = await shop.item({ title: 'Vase' });
      const { id } = await shop.order(item, 5);
      const { variantId } = item;
      await graph.deliver('products.StockRejected', {
        orderId: id,
        shortages: [{ variantId, requested: 5, reason }],
      });
      await shop.idle();
      expect(await orderOf(id)).toMatchObject({
        status: 'REJECTED',
        statusReason: words,
        statusReasonCode: 'NOT_ENOUGH_STOCK',
        lines: [{ shortage: reason }],
        version: 2,
      });
      await shop.deliverReserved(id);
      expect((await orderOf(id)).status).toBe('REJECTED');
    },
  );

  test('arrives too late for a cancelled order', async () => {
    const { id } = await shop.order(await shop.item());
    await shop.cancel({ id });
    await shop.deliverReserved(id);
    expect((await orderOf(id)).status).toBe('CANCELLED');
  });
});

describe('the copy of the catalogue', () => {
  const priceOf = async (variantId: string) => {
    const { order, errors } = await shop.place(orderInput([{ variantId, quantity: 1 }]));
    return order?.total.minorUnits ?? errors[0].code;
  };

  test('keeps the newest state, in any order and repetition of events', async () => {
    const item = shop.newItem();
    const news = [5, 2, 9, 1, 7, 9, 3];
    for (const sequence of news) {
      await shop.deliverProduct(item, { priceMinor: sequence * 100, sequence });
      await shop.deliverStock(item, sequence === 9 ? 50 : 0, sequence);
    }
    await shop.idle();
    expect(await priceOf(item.variantId)).toBe(900);
  });

  test('knows stock before it knows the product, and no other way round either', async () => {
    const item = shop.newItem();
    await shop.deliverStock(item, 0);
    await shop.idle();
    expect(await priceOf(item.variantId)).toBe('PRODUCT_VARIANT_NOT_FOUND');
    await shop.deliverProduct(item);
    await shop.idle();
    expect(await priceOf(item.variantId)).toBe('INSUFFICIENT_STOCK');
    const other = shop.newItem();
    await shop.deliverProduct(other);
    await shop.idle();
    expect(await priceOf(other.variantId)).toBe(1500);
  });

  test('forgets variants that the product no longer has', async () => {
    const item = await shop.item();
    const sibling = { ...item, variantId: newId('var') };
    await shop.deliverProduct(sibling);
    await shop.idle();
    expect(await priceOf(item.variantId)).toBe('VARIANT_NOT_ON_SALE');
    expect(await priceOf(sibling.variantId)).toBe(1500);
  });
});

describe('cancelOrder', () => {
  test('calls an order off, once, with its reason', async () => {
    const { id } = await shop.order(await shop.item());
    const { order, errors } = await shop.cancel({ id, reason: ' Too slow ' });
    expect(errors).toEqual([]);
    expect(order).toMatchObject({
      status: 'CANCELLED',
      statusReason: 'Too slow',
      viewerCan: [],
      version: 2,
    });
  });

  test('cancelling a cancelled order changes nothing', async () => {
    const { id } = await shop.order(await shop.item());
    expect((await shop.cancel({ id, reason: 'First' })).replayed).toBe(false);
    expect(await shop.cancel({ id, reason: 'Second', key: randomUUID() })).toMatchObject({
      order: { status: 'CANCELLED', statusReason: 'First', version: 2 },
      replayed: true,
      errors: [],
    });
  });

  test('says in words why an order cannot be called off', async () => {
    const { id } = await shop.order(await shop.item());
    await graph.deliver('products.StockRejected', { orderId: id, shortages: [] });
    await shop.idle();
    const { order, errors } = await shop.cancel({ id });
    // How it is, so that nobody has to ask.
    expect(order).toMatchObject({ id, status: 'REJECTED', viewerCan: [] });
    expect(errors).toEqual([
      {
        __typename: 'OrderStateError',
        code: 'ILLEGAL_TRANSITION',
        message: 'This order was rejected; it can no longer be cancelled.',
        path: null,
        status: 'REJECTED',
        allowed: [],
      },
    ]);
  });

  test('with one key from 20 clients succeeds for all, once', async () => {
    const { id } = await shop.order(await shop.item());
    const variables = { id, key: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.cancel(variables)));
    expect(answers.map(({ order }) => order?.status)).toEqual(Array(20).fill('CANCELLED'));
    expect((await orderOf(id)).version).toBe(2);
    expect((await shop.cancel({ ...variables, reason: 'x' })).errors).toMatchObject([
      { __typename: 'IdempotencyMismatchError', path: ['idempotencyKey'] },
    ]);
  });

  test('races with the reservation, and one of them wins each time', async () => {
    const item = await shop.item({}, 999);
    for (let round = 0; round < 10; round += 1) {
      const { id } = await shop.order(item);
      const [{ order }] = await Promise.all([shop.cancel({ id }), shop.deliverReserved(id)]);
      expect(order.status).toBe('CANCELLED');
      const { status, version } = await orderOf(id);
      expect(status).toBe('CANCELLED');
      expect([2, 3]).toContain(version);
    }
  });

  test('is for its buyer and staff, of an order that exists, with a reason that is not too long', async () => {
    const item = await shop.item();
    const code = async (
      variables: Record<string, unknown>,
      viewer: ReturnType<typeof as> | null = buyer,
    ) => {
      const answer = await shop.cancel(variables, viewer);
      return answer.errors[0]?.code ?? answer.errors[0]?.extensions?.code ?? answer.order.status;
    };
    const { id } = await shop.order(item);
    expect(await code({ id }, null)).toBe('ORDER_NOT_FOUND');
    expect(await code({ id }, as('anna'))).toBe('ORDER_NOT_FOUND');
    expect(await code({ id }, as('mo', 'MODERATOR'))).toBe('ORDER_NOT_FOUND');
    expect(await code({ id: '' })).toBe('ORDER_NOT_FOUND');
    expect(await code({ id: newId('ord') })).toBe('ORDER_NOT_FOUND');
    expect(await code({ id: buyer.userId })).toBe('ORDER_NOT_FOUND');
    expect(await code({ id, reason: 'x'.repeat(501) })).toBe('BAD_USER_INPUT');
    expect(await code({ id }, as('sue', 'SUPPORT'))).toBe('CANCELLED');
  });
});

describe('subscriptions', () => {
  test('an order is followed from the head that was read with it', async () => {
    const { id, head } = await shop.order(await shop.item());
    await shop.deliverReserved(id);
    await using events = await graph.subscribe(ORDER_EVENTS, { id, after: head }, buyer);
    await events.atLeast(2);
    await shop.cancel({ id, reason: 'No' });
    await events.atLeast(4);
    expect(said(events)).toEqual([
      {
        __typename: 'OrderStatusChanged',
        from: 'PENDING',
        to: 'RESERVED',
        statusReason: null,
        order: { id, status: 'RESERVED' },
      },
      { __typename: 'CaughtUp', replayed: 1 },
      {
        __typename: 'OrderStatusChanged',
        from: 'RESERVED',
        to: 'CANCELLED',
        statusReason: 'No',
        order: { id, status: 'CANCELLED' },
      },
      // Its seller's part is off in the same transaction.
      { __typename: 'SellerOrderStatusChanged' },
    ]);
    const { head: now } = await orderOf(id);
    await using later = await graph.subscribe(ORDER_EVENTS, { id, after: now }, buyer);
    await later.atLeast(1);
    expect(said(later)).toEqual([{ __typename: 'CaughtUp', replayed: 0 }]);
  });

  test('one stream has all orders of the viewer and no others, and it resumes', async () => {
    const viewer = as('subscriber');
    const item = await shop.item();
    const data = await graph.ask(
      'query ($reps: [_Any!]!) { _entities(representations: $reps) { ... on Viewer { ordersHead orders { totalCount } } } }',
      { reps: [{ __typename: 'Viewer', id: viewerIdOf(viewer.userId) }] },
      viewer,
    );
    const after = data._entities[0].ordersHead;
    const first = await shop.order(item, 1, viewer);
    await shop.order(item, 1, as('somebody'));
    await using events = await graph.subscribe(VIEWER_EVENTS, { after }, viewer);
    const [placed] = await events.atLeast(2);
    await shop.deliverReserved(first.id);
    await events.atLeast(3);
    expect(said(events)).toMatchObject([
      { __typename: 'OrderPlaced', order: { status: 'PENDING' } },
      { __typename: 'CaughtUp', replayed: 1 },
      {
        __typename: 'OrderStatusChanged',
        from: 'PENDING',
        to: 'RESERVED',
        order: { id: first.id },
      },
    ]);
    await using resumed = await graph.subscribe(
      VIEWER_EVENTS,
      { after: placed?.data.events.cursor },
      viewer,
    );
    await resumed.atLeast(2);
    expect(said(resumed)).toMatchObject([
      { __typename: 'OrderStatusChanged' },
      { __typename: 'CaughtUp', replayed: 1 },
    ]);
  });

  test('a cursor of another stream is refused, and subscribing requires signing in', async () => {
    const { id, head } = await shop.order(await shop.item());
    const refusal = (
      query: string,
      variables: Record<string, unknown>,
      viewer: typeof buyer | null,
    ) =>
      graph.subscribe(query, variables, viewer).then(
        () => 'followed',
        (error: Error) => JSON.parse(error.message)[0].extensions.code,
      );
    expect(await refusal(VIEWER_EVENTS, { after: head }, buyer)).toBe('BAD_USER_INPUT');
    expect(await refusal(ORDER_EVENTS, { id, after: 'abc' }, buyer)).toBe('BAD_USER_INPUT');
    expect(await refusal(ORDER_EVENTS, { id }, null)).toBe('ORDER_NOT_FOUND');
    expect(await refusal(VIEWER_EVENTS, {}, null)).toBe('UNAUTHENTICATED');
    expect(await refusal(ORDER_EVENTS, { id: newId('ord') }, buyer)).toBe('ORDER_NOT_FOUND');
  });

  test('only people who may see an order can follow it, never a request on behalf of everybody', async () => {
    const { id } = await shop.order(await shop.item());
    for (const [query, variables, code] of [
      [ORDER_EVENTS, { id }, 'ORDER_NOT_FOUND'],
      [VIEWER_EVENTS, {}, 'UNAUTHENTICATED'],
    ] as const) {
      await expect(graph.listen(query, variables, 'everybody')).rejects.toThrow(code);
      await using events = await graph.listen(query, variables, buyer);
      await events.atLeast(1);
      expect(marksOf(events.items)).toEqual([{ position: expect.any(Number) }]);
    }
  });

  test('staff follow all orders in one stream, which nobody else may', async () => {
    const STAFF = `subscription ($after: EventCursor) { staffOrderEvents(after: $after) {
      __typename ... on OrderEvent { order { id } }
      ... on OrderStatusChanged { to statusReason statusReasonCode } } }`;
    const sue = as('sue', 'SUPPORT');
    await using events = await graph.subscribe(STAFF, {}, sue);
    await events.atLeast(1);
    const { data: before } = await graph.execute(
      '{ orders(first: 1) { totalCount } ordersHead }',
      {},
      sue,
    );
    const [one, other] = [
      await shop.order(await shop.item(), 1, as('staff-one')),
      await shop.order(await shop.item(), 1, as('staff-other')),
    ];
    await shop.deliverReserved(one.id);
    await shop.cancel({ id: other.id, reason: 'No' }, as('staff-other'));
    const told = (from: typeof events) =>
      from.items
        .map(({ data }) => data.staffOrderEvents)
        .filter(({ order }) => order?.id === one.id || order?.id === other.id)
        .map(({ __typename, order, to = null, statusReason = null, statusReasonCode = null }) => {
          const whose = order.id === one.id ? 'one' : 'other';
          return [whose, __typename, to, statusReason, statusReasonCode].join(' ').trim();
        })
        .sort();
    const expected = [
      'one OrderPlaced',
      'one OrderStatusChanged RESERVED',
      'other OrderPlaced',
      'other OrderStatusChanged CANCELLED No CANCELLED_BY_BUYER',
    ];
    await until(() => told(events).length >= expected.length);
    expect(told(events)).toEqual(expected);
    // Of each event there is one, also for whoever comes back.
    await using again = await graph.subscribe(STAFF, { after: before.ordersHead }, sue);
    await until(() => told(again).length >= expected.length);
    expect(told(again)).toEqual(expected);
    await expect(graph.subscribe(STAFF, {}, buyer)).rejects.toThrow('FORBIDDEN');
    await expect(graph.subscribe(STAFF, {}, null)).rejects.toThrow('UNAUTHENTICATED');
  });

  test('staff follow any order', async () => {
    const { id } = await shop.order(await shop.item());
    await using events = await graph.subscribe(ORDER_EVENTS, { id }, as('sue', 'SUPPORT'));
    await events.atLeast(1);
    await shop.deliverReserved(id);
    await until(() => events.items.length === 2);
  });
});
