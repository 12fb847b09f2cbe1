import { newId, viewerIdOf } from '@souk/runtime/domain';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADDRESS, orderInput, type Shop, type ShopItem, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
let item: ShopItem;
beforeAll(async () => {
  graph = await startOrders();
  shop = shopOf(graph);
  item = await shop.item({}, 999);
});
afterAll(() => graph[Symbol.asyncDispose]());

const buyer = as('bo');
const support = as('sue', 'SUPPORT');

const VIEWER = `query ($reps: [_Any!]!, $filter: OrderFilter, $first: Int, $after: String) {
  _entities(representations: $reps) { ... on Viewer {
    ordersHead
    orders(filter: $filter, first: $first, after: $after) {
      totalCount edges { cursor node { id status } } pageInfo { hasNextPage endCursor } } } } }`;
const ordersOf = async (viewer: ReturnType<typeof as>, variables: Record<string, unknown> = {}) => {
  const { data, errors } = await graph.execute(
    VIEWER,
    { reps: [{ __typename: 'Viewer', id: viewerIdOf(viewer.userId) }], ...variables },
    viewer,
  );
  return { ...data._entities[0], errors };
};

test('an order is found by its number as people type it', async () => {
  const order = await shop.order(item);
  const typed = order.number.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
  const data = await graph.ask(
    'query ($a: String!, $b: String!) { a: order(number: $a) { id } b: order(number: $b) { id } }',
    { a: ` ${typed.replace('-', ' ')} `, b: 'no number' },
    buyer,
  );
  expect(data).toEqual({ a: { id: order.id }, b: null });
});

test('an order of somebody else does not exist, on any path', async () => {
  const order = await shop.order(item);
  const lineId = order.lines[0].id;
  const PATHS = `query ($id: ID!, $number: String!, $reps: [_Any!]!) {
    byId: order(id: $id) { id } byNumber: order(number: $number) { id }
    _entities(representations: $reps) {
      ... on Order { id shippingAddress { line1 } } ... on OrderLine { id }
      ... on Viewer { id orders { totalCount } } } }`;
  const variables = (viewer: ReturnType<typeof as>) => ({
    id: order.id,
    number: order.number,
    reps: [
      { __typename: 'Order', id: order.id },
      { __typename: 'OrderLine', id: lineId },
      { __typename: 'Viewer', id: viewerIdOf(buyer.userId) },
      { __typename: 'Viewer', id: viewerIdOf(viewer.userId) },
    ],
  });
  for (const viewer of [as('anna'), as('sela', 'SELLER'), as('mo', 'MODERATOR')]) {
    const { data, errors } = await graph.execute(PATHS, variables(viewer), viewer);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      byId: null,
      byNumber: null,
      _entities: [
        ...[null, null, null],
        { id: viewerIdOf(viewer.userId), orders: { totalCount: 0 } },
      ],
    });
    expect(await shop.cancel({ id: order.id }, viewer)).toMatchObject({
      order: null,
      errors: [{ __typename: 'NotFoundError', code: 'ORDER_NOT_FOUND', path: ['orderId'] }],
    });
    await expect(
      graph.subscribe(
        'subscription ($id: ID!) { orderEvents(orderId: $id) { __typename } }',
        { id: order.id },
        viewer,
      ),
    ).rejects.toThrow('ORDER_NOT_FOUND');
  }
  // Nobody at all is told to sign in, or nothing.
  const { data, errors } = await graph.execute(
    'query ($reps: [_Any!]!) { _entities(representations: $reps) { __typename } }',
    { reps: variables(buyer).reps },
  );
  expect(data._entities).toEqual([null, null, null, null]);
  expect(errors).toBeUndefined();
  expect(
    (await graph.ask('query ($id: ID!) { order(id: $id) { id } }', { id: order.id })).order,
  ).toBeNull();

  const own = await graph.execute(PATHS, variables(buyer), buyer);
  expect(own.data).toMatchObject({
    byId: { id: order.id },
    byNumber: { id: order.id },
    _entities: [
      { id: order.id },
      { id: lineId },
      { id: viewerIdOf(buyer.userId) },
      { id: viewerIdOf(buyer.userId) },
    ],
  });
  const staff = await graph.execute(PATHS, variables(support), support);
  expect(staff.data).toMatchObject({
    byId: { id: order.id },
    _entities: [{ id: order.id }, { id: lineId }, null, { orders: { totalCount: 0 } }],
  });
});

test('ids that are none, or of something else, name nothing; two keys or none are an error', async () => {
  const one = async (args: string) => {
    const { data, errors } = await graph.execute(`{ order${args} { id } }`, {}, buyer);
    return errors?.[0]?.extensions?.code ?? data.order;
  };
  for (const id of ['', buyer.userId, newId('ord'), 'ORD_1', 'x'.repeat(10_000), '__proto__']) {
    expect(await one(`(id: "${id}")`)).toBeNull();
  }
  expect(await one('(number: "00000-00000")')).toBeNull();
  expect(await one('')).toBe('EXACTLY_ONE_REQUIRED');
  expect(await one('(id: "a", number: "b")')).toBe('EXACTLY_ONE_REQUIRED');
});

describe("the viewer's own orders", () => {
  test('are read in pages, newest first, by status, with their number', async () => {
    const viewer = as('pages');
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await shop.order(item, 1, viewer)).id);
    await shop.cancel({ id: ids[1] }, viewer);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { orders }: Awaited<ReturnType<typeof ordersOf>> = await ordersOf(viewer, {
        first: 2,
        after,
      });
      expect(orders.totalCount).toBe(5);
      seen.push(...orders.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual([...ids].reverse());
    const { orders } = await ordersOf(viewer, {
      filter: { statuses: ['CANCELLED', 'COMPLETED'] },
    });
    expect(orders).toMatchObject({
      totalCount: 1,
      edges: [{ node: { id: ids[1], status: 'CANCELLED' } }],
    });
    expect((await ordersOf(as('nobody'))).orders).toMatchObject({ totalCount: 0, edges: [] });
    // Whoever asks for somebody else's within their own gets none, and not those.
    const filter = { buyerId: viewer.userId };
    expect((await ordersOf(as('nobody'), { filter })).orders.totalCount).toBe(0);
    expect((await ordersOf(viewer, { filter })).orders.totalCount).toBe(5);
  });

  test('cursors of other lists and people, edited ones and absurd pages are refused', async () => {
    const viewer = as('cursors');
    for (let index = 0; index < 2; index += 1) await shop.order(item, 1, viewer);
    const { orders } = await ordersOf(viewer, { first: 1 });
    const after = orders.pageInfo.endCursor as string;
    const code = async (variables: Record<string, unknown>, by = viewer) =>
      (await ordersOf(by, variables)).errors?.[0]?.extensions?.code;
    expect(await code({ after })).toBeUndefined();
    expect(await code({ after }, as('pages'))).toBe('BAD_USER_INPUT');
    expect(await code({ after, filter: { statuses: ['PENDING'] } })).toBe('BAD_USER_INPUT');
    expect(await code({ after: `${after}A` })).toBe('BAD_USER_INPUT');
    for (const first of [-1, 101]) expect(await code({ first })).toBe('BAD_USER_INPUT');
  });

  test('cost as many SQL statements for 2 as for 20', async () => {
    const viewer = as('many');
    for (let index = 0; index < 20; index += 1) await shop.order(item, 1, viewer);
    const count = async (first: number) =>
      (
        await graph.statementsOf(() =>
          graph.execute(
            `query ($reps: [_Any!]!, $first: Int!) { _entities(representations: $reps) { ... on Viewer {
               ordersHead orders(first: $first) { totalCount edges { node {
                 id head total { formatted } buyer { id } viewerCan
                 lines { title total { formatted } variant { id } } } } } } } }`,
            { reps: [{ __typename: 'Viewer', id: viewerIdOf(viewer.userId) }], first },
            viewer,
          ),
        )
      ).length;
    const few = await count(2);
    expect(await count(20)).toBe(few);
    expect(few).toBeLessThanOrEqual(5);
  });

  test('take one statement as references, however many', async () => {
    const viewer = as('refs');
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1) ids.push((await shop.order(item, 1, viewer)).id);
    const statements = await graph.statementsOf(() =>
      graph.execute(
        'query ($reps: [_Any!]!) { _entities(representations: $reps) { ... on Order { number head } } }',
        { reps: ids.map((id) => ({ __typename: 'Order', id })) },
        viewer,
      ),
    );
    expect(statements).toHaveLength(1);
  });
});

test('viewerCan shows who may cancel an order, while that is possible', async () => {
  const { id } = await shop.order(item);
  const can = async (viewer: ReturnType<typeof as>) => {
    const query = 'query ($id: ID!) { order(id: $id) { viewerCan } }';
    return (await graph.ask(query, { id }, viewer)).order?.viewerCan;
  };
  expect(await can(buyer)).toEqual(['PAY', 'CANCEL']);
  expect(await can(support)).toEqual(['CANCEL']);
  await shop.deliverReserved(id);
  expect(await can(buyer)).toEqual(['PAY', 'CANCEL']);
  await shop.cancel({ id });
  expect(await can(buyer)).toEqual([]);
});

test('signed-in people reach their own orders from the root', async () => {
  const viewer = as('root-buyer');
  const { id } = await shop.order(item, 1, viewer);
  const query = '{ viewer { id orders { edges { node { id } } } } }';
  expect((await graph.ask(query, {}, viewer)).viewer).toEqual({
    id: viewerIdOf(viewer.userId),
    orders: { edges: [{ node: { id } }] },
  });
  expect((await graph.execute(query)).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
});

test('all orders are for staff', async () => {
  await shop.order(item, 1, as('list-buyer'));
  const all = async (viewer: ReturnType<typeof as> | null, args = '') => {
    const { data, errors } = await graph.execute(
      `{ orders${args} { totalCount edges { node { buyer { id } } } } }`,
      {},
      viewer,
    );
    return errors?.[0]?.extensions?.code ?? data.orders.totalCount;
  };
  expect(await all(null)).toBe('UNAUTHENTICATED');
  expect(await all(as('anna'))).toBe('FORBIDDEN');
  expect(await all(as('sam', 'SELLER'))).toBe('FORBIDDEN');
  expect(await all(support, `(filter: { buyerId: "${as('list-buyer').userId}" })`)).toBe(1);
  expect(await all(as('ida', 'ADMIN'))).toBeGreaterThan(1);
  expect(await all(support, '(filter: { buyerId: "prd_x" })')).toBe('BAD_USER_INPUT');
});

test('lists are narrowed by state, money and time', async () => {
  const narrow = as('narrow');
  const [first, second] = [await shop.order(item, 1, narrow), await shop.order(item, 1, narrow)];
  await shop.cancel({ id: first.id }, narrow);
  const found = async (filter: Record<string, unknown>) => {
    const { orders } = await ordersOf(narrow, { filter });
    expect(orders.totalCount).toBe(orders.edges.length);
    return orders.edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  const { placedAt } = second;
  const hourBefore = new Date(new Date(placedAt).getTime() - 3_600_000).toISOString();
  expect(await found({ paymentStatuses: ['UNPAID'] })).toEqual([second.id, first.id]);
  expect(await found({ paymentStatuses: ['PAID'] })).toEqual([]);
  expect(await found({ statuses: ['CANCELLED'], paymentStatuses: ['UNPAID'] })).toEqual([first.id]);
  expect(await found({ placedAfter: placedAt })).toContain(second.id);
  expect(await found({ placedBefore: placedAt })).not.toContain(second.id);
  expect(await found({ placedAfter: hourBefore })).toHaveLength(2);
  expect(await found({ placedBefore: hourBefore })).toEqual([]);
  expect(await found({ hasFailedRefund: false })).toHaveLength(2);
  expect(await found({ hasFailedRefund: true })).toEqual([]);
});

test("orders are found by their number in any spelling, and by the recipient's name", async () => {
  const seeker = as('seeker');
  const { order: mine } = await shop.place(
    {
      ...orderInput([{ variantId: item.variantId, quantity: 1 }]),
      shippingAddress: { ...ADDRESS, name: 'Zoë Sought-After' },
    },
    seeker,
  );
  await shop.order(item, 1, seeker);
  const found = async (query: string) => {
    const { data, errors } = await graph.execute(
      `query ($query: String) { orders(filter: { query: $query }) {
         totalCount edges { node { id } } } }`,
      { query },
      support,
    );
    expect(errors).toBeUndefined();
    expect(data.orders.totalCount).toBe(data.orders.edges.length);
    return data.orders.edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  const { number } = mine;
  for (const typed of [
    number,
    number.toLowerCase().replace('-', ' '),
    number.replaceAll('0', 'O').replace('-', ''),
  ]) {
    expect(await found(typed)).toEqual([mine.id]);
  }
  expect(await found('zoe')).toEqual([mine.id]);
  expect(await found('after sou')).toEqual([mine.id]);
  expect(await found('nobody at all')).toEqual([]);
  expect(await found('%')).toEqual([]);
  // What the keys of buyers begin with.
  expect(await found('usr')).toEqual([]);
  const own = await ordersOf(seeker, { filter: { query: 'sought' } });
  expect(own.orders.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([mine.id]);
  expect((await ordersOf(as('other'), { filter: { query: 'sought' } })).orders.totalCount).toBe(0);
});
