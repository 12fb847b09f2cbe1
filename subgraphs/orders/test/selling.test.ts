import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deskIdOf, newId, personalSellerIdOf, type Viewer } from '@souk/runtime/domain';
import { eventQueueOf } from '@souk/runtime/events';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { type Answer, as, insist, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orders } from '../src/app.ts';
import type { PaymentProvider } from '../src/payments/payment-provider.ts';
import { payOut } from '../src/use-cases/ledger/pay-out.ts';
import { checkRefund } from '../src/use-cases/payment/advance-refund.ts';
import { refundOrder } from '../src/use-cases/selling/refund-order.ts';
import { type CheckoutShop, checkoutShopOf } from './checkout-shop.ts';
import { CONFIG, type Shop, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
let checkout: CheckoutShop;
let opened: Awaited<ReturnType<typeof orders.open>>;
beforeAll(async () => {
  graph = await startOrders({ config: { ...CONFIG, payoutDelayDays: 14 } });
  shop = shopOf(graph);
  checkout = checkoutShopOf(graph, shop);
  opened = await orders.open({
    config: CONFIG,
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock: () => new Date(Date.now() + 15 * 86_400_000),
    newId,
  });
  await graph.deliver(
    'products.SellerCreated',
    {
      ...{ sellerId: LAMPS, handle: 'lamps', displayName: 'Lamps', status: 'ACTIVE', version: 1 },
      members: [
        { userId: lars.userId, role: 'OWNER' },
        { userId: lisa.userId, role: 'STAFF' },
      ],
      commissions: [{ categoryId: null, basisPoints: 1_000 }],
    },
    { stream: `seller:${LAMPS}`, sequence: 1 },
  );
  await shop.idle();
});
afterAll(async () => {
  await opened.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

const [lars, lisa, vera, buyer, eve] = ['lars', 'lisa', 'vera', 'bo', 'eve'].map((name) =>
  as(name),
) as [Viewer, Viewer, Viewer, Viewer, Viewer];
const LAMPS = newId('sel');
const VASES = personalSellerIdOf(vera.userId);

const PART = `fragment Part on SellerOrder {
  id number status head viewerCan total { minorUnits } refunded { minorUnits } commission { minorUnits } note
  shippingAddress { city }
  lines { id title quantity shippedQuantity returnedQuantity refundedQuantity }
  shipments { id status trackingNumber contents { quantity line { title } } }
  refunds { id amount { minorUnits } contents { quantity } }
  returns { id number status viewerCan refund { amount { minorUnits } } }
}`;
const ERRORS = 'errors { __typename ... on UserError { code path } }';
const run = async (
  call: string,
  types: string,
  selection: string,
  variables: Record<string, unknown>,
  viewer: Viewer | null,
): Promise<Answer['data']> => {
  const name = call.slice(0, call.indexOf('('));
  const document = `${selection.includes('...Part') ? PART : ''} mutation (${types}) { ${call} { ${selection} ${ERRORS} } }`;
  const answer = await insist(() => graph.execute(document, variables, viewer));
  return answer.data?.[name] ?? answer;
};
const withInput =
  (name: string, type: string, selection: string) =>
  (input: Record<string, unknown>, viewer: Viewer | null) =>
    run(
      `${name}(input: $input)`,
      `$input: ${type}!`,
      selection,
      { input: { idempotencyKey: randomUUID(), ...input } },
      viewer,
    );
const fulfil = withInput(
  'fulfilOrder',
  'FulfilOrderInput',
  'replayed shipment { id status } sellerOrder { ...Part }',
);
const refund = withInput(
  'refundOrder',
  'RefundOrderInput',
  `replayed refund { id amount { minorUnits } } sellerOrder { ...Part }`,
);
const requestReturn = withInput(
  'requestReturn',
  'RequestReturnInput',
  'replayed return { id number status viewerCan } sellerOrder { ...Part }',
);
const moveShipment = (shipmentId: string, progress: string, viewer: Viewer) =>
  run(
    'updateShipment(shipmentId: $shipmentId, progress: $progress)',
    '$shipmentId: ID!, $progress: ShipmentProgress',
    'shipment { status deliveredAt } sellerOrder { ...Part }',
    { shipmentId, progress },
    viewer,
  );
const decide = (returnId: string, decision: string, viewer: Viewer) =>
  run(
    'decideReturn(returnId: $returnId, decision: $decision)',
    '$returnId: ID!, $decision: ReturnDecision!',
    'return { status viewerCan }',
    { returnId, decision },
    viewer,
  );
const receive = (returnId: string, key: string, viewer: Viewer, restock = true) =>
  run(
    'receiveReturn(returnId: $returnId, idempotencyKey: $key, restock: $restock)',
    '$returnId: ID!, $key: UUID!, $restock: Boolean!',
    'replayed return { status refund { amount { minorUnits } } } sellerOrder { ...Part }',
    { returnId, key, restock },
    viewer,
  );
const cancelReturn = (returnId: string, viewer: Viewer) =>
  run(
    'cancelReturn(returnId: $returnId)',
    '$returnId: ID!',
    'return { status }',
    { returnId },
    viewer,
  );
const partOf = async (id: string, viewer: Viewer | null) =>
  (await graph.ask(`${PART} query ($id: ID!) { sellerOrder(id: $id) { ...Part } }`, { id }, viewer))
    .sellerOrder;

/** A paid order of two lamps (10 % for the platform) and three vases, with its parts. */
async function paidOrder(given: Record<string, unknown> = {}) {
  const lamp = await shop.item({ title: 'Lamp', sellerId: LAMPS, priceMinor: 1_000 });
  const vase = await shop.item({ title: 'Vase', sellerId: VASES, priceMinor: 333 });
  const cart = await checkout.ready(
    [
      { variantId: lamp.variantId, quantity: 2 },
      { variantId: vase.variantId, quantity: 3 },
    ],
    { note: 'Ring twice', ...given },
    buyer,
  );
  const { order, errors } = await checkout.place(
    { ...checkout.inputFor(cart), cartId: null },
    buyer,
  );
  expect(errors).toEqual([]);
  await shop.deliverReserved(order.id);
  const paid = await until(async () => {
    const now = await checkout.find(order.id, { viewer: buyer });
    return now.status === 'PAID' ? now : null;
  });
  const [lamps, vases] = await Promise.all(
    paid.sellerOrders.map(({ id }: { id: string }) => partOf(id, buyer)),
  );
  return { id: order.id as string, lamps, vases };
}
const linesOf = (part: Answer['data'], quantity: number) => [
  { lineId: part.lines[0].id, quantity },
];

/** What is on a seller's desk. */
const DESK = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on SellerDesk {
    ordersHead
    orders(first: 50, filter: { statuses: [OPEN, PARTIALLY_SHIPPED, SHIPPED] }) { totalCount edges { node { number status } } }
    returns { edges { node { number status } } }
    balances { pending { minorUnits } available { minorUnits } paidOut { minorUnits } }
    ledger(first: 50) { edges { node { kind amount { minorUnits } balanceAfter { minorUnits } } } }
    payouts { edges { node { number status amount { minorUnits } entries { edges { node { kind } } } } } }
  } } }`;
const deskOf = async (sellerId: string, viewer: Viewer | null) =>
  (await graph.ask(DESK, { refs: [{ __typename: 'SellerDesk', id: deskIdOf(sellerId) }] }, viewer))
    ._entities[0];

test("a seller's part is visible to its people, its buyer and staff, and discloses nothing else", async () => {
  const { lamps } = await paidOrder();
  for (const viewer of [lars, lisa]) {
    expect(await partOf(lamps.id, viewer)).toMatchObject({
      ...{ status: 'OPEN', viewerCan: ['FULFIL', 'REFUND'], commission: { minorUnits: 200 } },
      ...{ shippingAddress: { city: 'Lund' }, note: 'Ring twice', lines: [{ title: 'Lamp' }] },
    });
  }
  expect(await partOf(lamps.id, buyer)).toMatchObject({
    ...{ commission: null, head: null, viewerCan: [] },
  });
  expect((await partOf(lamps.id, as('sue', 'SUPPORT'))).commission.minorUnits).toBe(200);
  for (const viewer of [vera, eve]) {
    expect(await partOf(lamps.id, viewer)).toBeNull();
    const { errors } = await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 1) }, viewer);
    expect(errors).toMatchObject([{ code: 'SELLER_ORDER_NOT_FOUND' }]);
  }
  const { errors } = await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 1) }, buyer);
  expect(errors).toMatchObject([{ __typename: 'ForbiddenError', code: 'NOT_THE_SELLER' }]);
  const byNumber = await graph.execute(
    'query ($number: String!) { sellerOrder(number: $number) { id } }',
    { number: lamps.number.toLowerCase().replaceAll('-', ' ') },
    lars,
  );
  expect(byNumber.data.sellerOrder).toEqual({ id: lamps.id });
});

test('parcels are shipped and delivered, and the last one completes the order', async () => {
  const { id, lamps, vases } = await paidOrder();
  const key = randomUUID();
  const first = { sellerOrderId: lamps.id, lines: linesOf(lamps, 1), idempotencyKey: key };
  const sent = await fulfil({ ...first, trackingNumber: 'T1' }, lars);
  expect(sent).toMatchObject({
    errors: [],
    shipment: { status: 'IN_TRANSIT' },
    sellerOrder: { status: 'PARTIALLY_SHIPPED', shipments: [{ trackingNumber: 'T1' }] },
  });
  const links = async () =>
    (
      await graph.ask(
        'query ($id: ID!) { sellerOrder(id: $id) { shipments { trackingUrl } } }',
        { id: lamps.id },
        lars,
      )
    ).sellerOrder.shipments;
  const setLink = (url: string) =>
    sql(graph, 'UPDATE shipment SET tracking_url = $1 WHERE id = $2', [url, sent.shipment.id]);
  await setLink('https://post.example/T1');
  expect(await links()).toEqual([{ trackingUrl: 'https://post.example/T1' }]);
  // As a row of before may have it, when any scheme was taken.
  await setLink('javascript:alert(document.cookie)//');
  expect(await links()).toEqual([{ trackingUrl: null }]);
  expect(await fulfil({ ...first, trackingNumber: 'T1' }, lars)).toMatchObject({
    ...{ replayed: true, shipment: { id: sent.shipment.id } },
  });
  const tooMany = await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 2) }, lars);
  expect(tooMany.errors).toMatchObject([{ path: ['input', 'lines', '0', 'quantity'] }]);
  const second = await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 1) }, lisa);
  expect(second.sellerOrder.status).toBe('SHIPPED');
  const none = await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 1) }, lars);
  expect(none.errors).toMatchObject([{ code: 'SELLER_ORDER_STATE' }]);
  expect((await moveShipment(sent.shipment.id, 'DELIVERED', eve)).errors).toMatchObject([
    { code: 'SHIPMENT_NOT_FOUND' },
  ]);
  await moveShipment(sent.shipment.id, 'DELIVERED', lars);
  const late = await moveShipment(sent.shipment.id, 'IN_TRANSIT', lars);
  expect(late.shipment.status).toBe('DELIVERED');
  const there = await moveShipment(second.shipment.id, 'DELIVERED', lars);
  expect(there.sellerOrder.status).toBe('DELIVERED');
  expect((await checkout.find(id, { viewer: buyer })).status).toBe('PAID');
  const other = await fulfil({ sellerOrderId: vases.id, lines: linesOf(vases, 3) }, vera);
  await moveShipment(other.shipment.id, 'DELIVERED', vera);
  expect(await checkout.find(id, { viewer: buyer })).toMatchObject({
    status: 'COMPLETED',
    viewerCan: ['REQUEST_RETURN', 'SHARE'],
  });
});

test('the number sold is visible to the seller and staff; whether they bought it, only to each viewer', async () => {
  const { vases } = await paidOrder();
  const productIds = await sql<{ productId: string }>(
    graph,
    'SELECT product_id AS "productId" FROM order_line WHERE seller_order_id = $1',
    [vases.id],
  );
  const id = productIds[0]?.productId ?? '';
  const seen = async (viewer: Viewer | null, fields = 'unitsSold viewerHasPurchased') => {
    const data = await graph.ask(
      `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Product { ${fields} } } }`,
      { refs: [{ __typename: 'Product', id }] },
      viewer,
    );
    return data._entities[0];
  };
  expect(await seen(vera)).toEqual({ unitsSold: 3, viewerHasPurchased: false });
  expect(await seen(as('sue', 'SUPPORT'))).toMatchObject({ unitsSold: 3 });
  expect(await seen(buyer)).toEqual({ unitsSold: null, viewerHasPurchased: true });
  expect(await seen(eve)).toEqual({ unitsSold: null, viewerHasPurchased: false });
  expect(await seen(null, 'unitsSold')).toEqual({ unitsSold: null });
  await refund({ sellerOrderId: vases.id, lines: linesOf(vases, 1) }, vera);
  expect(await seen(vera)).toMatchObject({ unitsSold: 2 });
});

describe('money that goes back', () => {
  test('is never more than was paid, however many refund at once', async () => {
    const { id, lamps, vases } = await paidOrder();
    const give = (amount: number) =>
      refund({ sellerOrderId: lamps.id, amount: { minorUnits: amount, currency: 'EUR' } }, lars);
    const answers = await Promise.all(Array.from({ length: 6 }, () => give(500)));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(4);
    expect(answers.filter(({ errors }) => errors[0]?.code === 'REFUND_TOO_HIGH')).toHaveLength(2);
    const part = await partOf(lamps.id, lars);
    expect(part).toMatchObject({
      refunded: { minorUnits: 2_000 },
      viewerCan: ['FULFIL', 'REFUND'],
    });
    // One vase of three: a third of it, and the rest with the last.
    for (const [quantity, minorUnits] of [
      [1, 333],
      [2, 666],
    ] as const) {
      const answer = await refund(
        { sellerOrderId: vases.id, lines: linesOf(vases, quantity) },
        vera,
      );
      expect(answer.refund.amount.minorUnits).toBe(minorUnits);
    }
    const after = await checkout.find(id, { viewer: buyer });
    expect(after).toMatchObject({ paymentStatus: 'REFUNDED', refunded: { minorUnits: 2_999 } });
    expect(after.sellerOrders[1].status).toBe('CANCELLED');
    await until(async () => {
      const [held] = await sql<{ held: number }>(
        graph,
        `SELECT (t.captured_minor - t.refunded_minor)::int AS held FROM payment p
         JOIN test_payment t ON t.reference = p.reference WHERE p.order_id = $1`,
        [id],
      );
      return held?.held === 0;
    });
    const bad = await refund(
      { sellerOrderId: vases.id, amount: { minorUnits: 0, currency: 'EUR' } },
      vera,
    );
    expect(bad.errors).toMatchObject([{ path: ['input', 'amount', 'minorUnits'] }]);
  });

  const give = (sellerOrderId: string, amount: number) =>
    refund({ sellerOrderId, amount: { minorUnits: amount, currency: 'EUR' } }, lars);

  const STATUS_OF_REFUND = 'SELECT status FROM refund WHERE id = $1';

  /** What products were last sent of the stock of a part’s lines. */
  const stockOfPart = async (sellerOrderId: string) => {
    const [last] = await sql<{ lines: Record<string, unknown>[] }>(
      graph,
      `SELECT payload -> 'lines' AS lines FROM event_record WHERE type = 'orders.FulfilmentChanged'
       AND payload ->> 'sellerOrderId' = $1 ORDER BY position DESC LIMIT 1`,
      [sellerOrderId],
    );
    return last?.lines;
  };

  test('does not prevent cancelling unsent units: the rest is refunded', async () => {
    const { lamps: some } = await paidOrder();
    expect((await give(some.id, 500)).errors).toEqual([]);
    const rest = await refund({ sellerOrderId: some.id, lines: linesOf(some, 2) }, lars);
    expect(rest).toMatchObject({
      ...{ errors: [], refund: { amount: { minorUnits: 1_500 } } },
      sellerOrder: { status: 'CANCELLED', refunded: { minorUnits: 2_000 } },
    });
    expect(await stockOfPart(some.id)).toMatchObject([{ shipped: 0, released: 2, lost: 0 }]);

    const { lamps: all } = await paidOrder();
    await give(all.id, 2_000);
    const one = { sellerOrderId: all.id, lines: linesOf(all, 1), reason: 'Broken' };
    const idempotencyKey = randomUUID();
    const first = await refund({ ...one, restock: false, idempotencyKey }, lars);
    expect(first).toMatchObject({
      ...{ errors: [], refund: null, replayed: false },
      sellerOrder: { status: 'OPEN', lines: [{ refundedQuantity: 1 }] },
    });
    const again = await refund({ ...one, restock: false, idempotencyKey }, lars);
    expect(again).toMatchObject({ errors: [], refund: null, replayed: true });
    const last = await refund(one, lars);
    expect(last).toMatchObject({
      ...{ errors: [], refund: null },
      sellerOrder: { status: 'CANCELLED', refunded: { minorUnits: 2_000 }, viewerCan: [] },
    });
    expect(await stockOfPart(all.id)).toMatchObject([{ shipped: 0, released: 1, lost: 1 }]);
    expect((await refund(one, lars)).errors).toMatchObject([
      { path: ['input', 'lines', '0', 'quantity'] },
    ]);
  });

  test('of shipped or unpaid units is possible', async () => {
    const { lamps } = await paidOrder();
    await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 2) }, lars);
    await give(lamps.id, 2_000);
    const sent = await refund({ sellerOrderId: lamps.id, lines: linesOf(lamps, 1) }, lars);
    expect(sent.errors).toMatchObject([{ path: ['input', 'lines'] }]);
    const lamp = await shop.item({ title: 'Lamp', sellerId: LAMPS, priceMinor: 1_000 });
    const cart = await checkout.ready([{ variantId: lamp.variantId, quantity: 1 }], {}, buyer);
    const { order } = await checkout.place({ ...checkout.inputFor(cart), cartId: null }, buyer);
    const unpaid = await partOf(order.sellerOrders[0].id, buyer);
    const early = await refund({ sellerOrderId: unpaid.id, lines: linesOf(unpaid, 1) }, lars);
    expect(early.errors).toMatchObject([{ code: 'SELLER_ORDER_STATE' }]);
  });

  test('is none where nothing was to be paid: its lines are called off all the same', async () => {
    const gift = await shop.item({ title: 'Gift', sellerId: LAMPS, priceMinor: 0 });
    const cart = await checkout.ready([{ variantId: gift.variantId, quantity: 1 }], {}, buyer);
    const { order } = await checkout.place({ ...checkout.inputFor(cart), cartId: null }, buyer);
    await shop.deliverReserved(order.id);
    const part = await until(async () => {
      const now = await partOf(order.sellerOrders[0].id, lars);
      return now.status === 'OPEN' && now;
    });
    expect(part.viewerCan).toEqual(['FULFIL', 'REFUND']);
    expect((await give(part.id, 1)).errors).toMatchObject([{ code: 'REFUND_TOO_HIGH' }]);
    const off = await refund({ sellerOrderId: part.id, lines: linesOf(part, 1) }, lars);
    expect(off).toMatchObject({ errors: [], refund: null, sellerOrder: { status: 'CANCELLED' } });
    const { status, timeline } = await checkout.find(order.id, { viewer: buyer });
    expect(status).toBe('COMPLETED');
    expect(timeline.edges.map(({ node }: Answer['data']) => node.text)).toContain(
      'Something that had not been shipped was cancelled.',
    );
  });

  test('can be refunded in a limited number of steps, the last of which is everything that is left', async () => {
    const { lamps } = await paidOrder();
    const { refund: first } = await give(lamps.id, 50);
    await until(async () => {
      const [one] = await sql<{ status: string }>(graph, STATUS_OF_REFUND, [first.id]);
      return one?.status === 'DONE';
    });
    // As many more, which are taken away again, since no books tell of them.
    await sql(
      graph,
      `INSERT INTO refund SELECT (jsonb_populate_record(r, jsonb_build_object(
         'id', 'rfd_many' || n))).*
       FROM refund r, generate_series(1, 49) n WHERE r.id = $1`,
      [first.id],
    );
    expect((await give(lamps.id, 1)).errors).toMatchObject([{ code: 'SELLER_ORDER_STATE' }]);
    const rest = await give(lamps.id, 1_950);
    expect(rest).toMatchObject({ errors: [], sellerOrder: { refunded: { minorUnits: 2_000 } } });
    await sql(graph, `DELETE FROM refund WHERE id LIKE 'rfd_many%'`);
  });

  test('and could not be paid back is seen by its buyer, its seller and staff', async () => {
    const { id, lamps } = await paidOrder();
    const { ordersHead } = await deskOf(LAMPS, lars);
    await using events = await graph.subscribe(
      `subscription ($sellerId: ID!, $after: EventCursor) { sellerOrderEvents(sellerId: $sellerId, after: $after) {
         __typename ... on RefundFailed { sellerOrder { id } refund { id status } } } }`,
      { sellerId: LAMPS, after: ordersHead },
      lars,
    );
    const { refund: given } = await refund(
      { sellerOrderId: lamps.id, amount: { minorUnits: 500, currency: 'EUR' } },
      lars,
    );
    const statusOf = async () =>
      (await sql<{ status: string }>(graph, STATUS_OF_REFUND, [given.id]))[0]?.status;
    await until(async () => (await statusOf()) === 'DONE');
    // The buyer's bank sends it back, as it did four times before.
    await sql(graph, 'UPDATE refund SET failures = 4 WHERE id = $1', [given.id]);
    const { payments, testProvider } = opened.services;
    const refusing = { ...testProvider, findRefund: async () => 'FAILED' as const };
    await checkRefund(
      { ...opened.services, payments: { ...payments, named: () => refusing as PaymentProvider } },
      `${given.id}:4`,
    );
    const failed = await events.find(
      ({ data }) => data.sellerOrderEvents.__typename === 'RefundFailed',
    );
    expect(failed.data.sellerOrderEvents).toMatchObject({
      sellerOrder: { id: lamps.id },
      refund: { id: given.id, status: 'FAILED' },
    });
    const data = await graph.ask(
      `query ($id: ID!) { orders(filter: { hasFailedRefund: true }) { totalCount edges { node { id } } }
         order(id: $id) { timeline(first: 50) { edges { node { kind } } } } }`,
      { id },
      as('sue', 'SUPPORT'),
    );
    expect(data.orders).toEqual({ totalCount: 1, edges: [{ node: { id } }] });
    const kinds = data.order.timeline.edges.map(({ node }: Answer['data']) => node.kind);
    expect(kinds.slice(-2)).toEqual(['REFUNDED', 'REFUND_FAILED']);
  });

  test('follows a return: requested, approved, received once', async () => {
    const { id, vases } = await paidOrder();
    const early = await requestReturn(
      { sellerOrderId: vases.id, lines: linesOf(vases, 1), reason: 'DAMAGED' },
      buyer,
    );
    expect(early.errors).toMatchObject([{ code: 'SELLER_ORDER_STATE' }]);
    await fulfil({ sellerOrderId: vases.id, lines: linesOf(vases, 3) }, vera);
    const ask = (quantity: number, viewer = buyer) =>
      requestReturn(
        { sellerOrderId: vases.id, lines: linesOf(vases, quantity), reason: 'DAMAGED', note: 'Ow' },
        viewer,
      );
    expect((await ask(1, eve)).errors).toMatchObject([{ code: 'SELLER_ORDER_NOT_FOUND' }]);
    const asked = await ask(2);
    expect(asked.return).toMatchObject({
      ...{ number: `${vases.number}-R1`, status: 'REQUESTED', viewerCan: ['CANCEL'] },
    });
    expect((await ask(2)).errors).toMatchObject([{ path: ['input', 'lines', '0', 'quantity'] }]);
    const other = await ask(1);
    expect((await cancelReturn(other.return.id, eve)).errors).toMatchObject([
      { code: 'RETURN_NOT_FOUND' },
    ]);
    expect((await cancelReturn(other.return.id, buyer)).return.status).toBe('CANCELLED');
    const returnId = asked.return.id;
    const hasty = await receive(returnId, randomUUID(), vera);
    expect(hasty.errors).toMatchObject([{ code: 'RETURN_STATE' }]);
    expect((await decide(returnId, 'APPROVE', buyer)).errors).toMatchObject([
      { code: 'NOT_THE_SELLER' },
    ]);
    expect((await decide(returnId, 'APPROVE', vera)).return).toEqual({
      ...{ status: 'APPROVED', viewerCan: ['RECEIVE'] },
    });
    const key = randomUUID();
    const received = await Promise.all([1, 2, 3].map(() => receive(returnId, key, vera)));
    for (const answer of received.filter((each) => each.return)) {
      expect(answer.return).toMatchObject({
        ...{ status: 'REFUNDED', refund: { amount: { minorUnits: 666 } } },
      });
    }
    const part = await partOf(vases.id, vera);
    expect(part).toMatchObject({
      status: 'SHIPPED',
      refunded: { minorUnits: 666 },
      lines: [{ shippedQuantity: 3, returnedQuantity: 2, refundedQuantity: 2 }],
    });
    expect((await decide(returnId, 'DECLINE', vera)).errors).toMatchObject([
      { code: 'RETURN_STATE' },
    ]);
    const { timeline } = await checkout.find(id, { viewer: buyer });
    const kinds = timeline.edges.map(({ node }: { node: { kind: string } }) => node.kind);
    expect(kinds.slice(3)).toEqual([
      ...['SHIPPED', 'RETURN_REQUESTED', 'RETURN_REQUESTED', 'RETURN_DECIDED', 'RETURN_RECEIVED'],
      'REFUNDED',
    ]);
  });
});

describe('goods on their way back', () => {
  const sentBack = async () => {
    const { vases } = await paidOrder();
    await fulfil({ sellerOrderId: vases.id, lines: linesOf(vases, 3) }, vera);
    const asked = await requestReturn(
      { sellerOrderId: vases.id, lines: linesOf(vases, 2), reason: 'DAMAGED' },
      buyer,
    );
    expect((await decide(asked.return.id, 'APPROVE', vera)).errors).toEqual([]);
    return { vases, returnId: asked.return.id };
  };
  test.each([
    ['in part', { quantity: 2 }, 333],
    ['in full', { quantity: 3 }, null],
    ['beside the lines', { minorUnits: 900 }, 99],
    ['in full, beside the lines', { minorUnits: 999 }, null],
  ])('are taken in where their money went back before, %s', async (_, before, minorUnits) => {
    const { vases, returnId } = await sentBack();
    const given =
      'quantity' in before
        ? { lines: linesOf(vases, before.quantity) }
        : { amount: { ...before, currency: 'EUR' } };
    expect((await refund({ sellerOrderId: vases.id, ...given }, vera)).errors).toEqual([]);
    const answer = await receive(returnId, randomUUID(), vera);
    expect(answer.errors).toEqual([]);
    expect(answer.return).toEqual({
      status: 'REFUNDED',
      refund: minorUnits === null ? null : { amount: { minorUnits } },
    });
    expect(answer.sellerOrder).toMatchObject({ lines: [{ returnedQuantity: 2 }] });
    const [stock] = await sql<{ restocked: number }>(
      graph,
      `SELECT (payload -> 'lines' -> 0 ->> 'restocked')::int AS restocked FROM event_record
       WHERE type = 'orders.FulfilmentChanged' AND stream = $1 ORDER BY sequence DESC LIMIT 1`,
      [`seller-order:${vases.id}`],
    );
    expect(stock?.restocked).toBe(2);
  });
});

test('the seller’s stock follows what happens to each line: shipped, cancelled, returned', async () => {
  const { vases, lamps } = await paidOrder();
  const told = async (sellerOrderId: string) => {
    const rows = await sql<{ lines: [Record<string, unknown>] }>(
      graph,
      `SELECT payload -> 'lines' AS lines FROM event_record
       WHERE type = 'orders.FulfilmentChanged' AND stream = $1 ORDER BY sequence`,
      [`seller-order:${sellerOrderId}`],
    );
    return rows.map(({ lines: [{ variantId: _, ...counts }] }) => counts);
  };
  const none = { shipped: 0, released: 0, lost: 0, restocked: 0 };
  await fulfil({ sellerOrderId: vases.id, lines: linesOf(vases, 1) }, vera);
  await refund({ sellerOrderId: vases.id, lines: linesOf(vases, 1) }, vera);
  await refund({ sellerOrderId: vases.id, lines: linesOf(vases, 1), restock: false }, vera);
  const asked = await requestReturn(
    { sellerOrderId: lamps.id, lines: linesOf(lamps, 1), reason: 'DAMAGED' },
    buyer,
  );
  expect(asked.errors).toMatchObject([{ code: 'SELLER_ORDER_STATE' }]);
  expect(await told(vases.id)).toEqual([
    { ...none, shipped: 1 },
    { ...none, shipped: 1, released: 1 },
    { ...none, shipped: 1, released: 1, lost: 1 },
  ]);
  await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 2) }, lars);
  for (const restock of [true, false]) {
    const back = await requestReturn(
      { sellerOrderId: lamps.id, lines: linesOf(lamps, 1), reason: 'DAMAGED' },
      buyer,
    );
    await decide(back.return.id, 'APPROVE', lars);
    const answer = await receive(back.return.id, randomUUID(), lars, restock);
    expect(answer.errors).toEqual([]);
  }
  expect(await told(lamps.id)).toEqual([
    { ...none, shipped: 2 },
    { ...none, shipped: 2, restocked: 1 },
    { ...none, shipped: 2, restocked: 1 },
  ]);
});

test("a subscription of the seller from a query's head receives later changes of a part", async () => {
  const { lamps } = await paidOrder();
  const { head } = await partOf(lamps.id, lars);
  const sent = await fulfil({ sellerOrderId: lamps.id, lines: linesOf(lamps, 1) }, lars);
  expect(sent.errors).toEqual([]);
  await using events = await graph.subscribe(
    `subscription ($sellerId: ID!, $after: EventCursor) {
      sellerOrderEvents(sellerId: $sellerId, after: $after) { __typename
        ... on SellerOrderStatusChanged { previousStatus sellerOrder { id head } }
        ... on ShipmentUpdated { sellerOrder { id } shipment { id } } } }`,
    { sellerId: LAMPS, after: head },
    lars,
  );
  const first = (await events.atLeast(2)).slice(0, 2).map(({ data }) => data.sellerOrderEvents);
  expect(first).toEqual(
    expect.arrayContaining([
      {
        ...{ __typename: 'ShipmentUpdated', sellerOrder: { id: lamps.id } },
        shipment: { id: sent.shipment.id },
      },
      {
        ...{ __typename: 'SellerOrderStatusChanged', previousStatus: 'OPEN' },
        sellerOrder: { id: lamps.id, head: expect.not.stringMatching(head) },
      },
    ]),
  );
});

test('a seller finds parts by their number and recipient, and by nothing that it is not shown', async () => {
  const named = (name: string) => ({
    name,
    line1: 'Ring 1',
    city: 'Graz',
    postalCode: '8010',
    country: 'AT',
  });
  const { lamps, vases } = await paidOrder({
    shippingAddress: named('Zoë Přikrylová'),
    billingAddress: named('Quentin Payer'),
  });
  const foundBy = async (query: string, sellerId = LAMPS, viewer = lars): Promise<string[]> => {
    const data = await graph.ask(
      `query ($refs: [_Any!]!, $query: String) { _entities(representations: $refs) { ... on SellerDesk {
         orders(filter: { query: $query }) { totalCount edges { node { id } } } } } }`,
      { query, refs: [{ __typename: 'SellerDesk', id: deskIdOf(sellerId) }] },
      viewer,
    );
    const { totalCount, edges } = data._entities[0].orders;
    expect(totalCount).toBe(edges.length);
    return edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  const orderNumber = lamps.number.slice(0, -2);
  for (const query of ['zoe prikry', 'PŘIKRYLOVÁ', orderNumber.toLowerCase().replace('-', ' ')]) {
    expect(await foundBy(query)).toEqual([lamps.id]);
    expect(await foundBy(query, VASES, vera)).toEqual([vases.id]);
  }
  expect(await foundBy(lamps.number)).toEqual([lamps.id]);
  for (const query of [
    vases.number,
    'quentin',
    'zoe quentin',
    buyer.userId,
    LAMPS,
    // What keys of sellers and buyers begin with.
    'sel',
    'us',
    'nobody',
    '-',
  ]) {
    expect(await foundBy(query)).toEqual([]);
  }
  // Words that workers make anew are those that the order was written with.
  const words = () =>
    sql(
      graph,
      `SELECT id, search FROM placed_order UNION ALL SELECT id, search FROM seller_order ORDER BY id`,
      [],
    );
  const written = await words();
  for (const table of ['placed_order', 'seller_order']) {
    await sql(graph, `UPDATE ${table} SET search = NULL, search_version = 0`, []);
  }
  const remade = () =>
    opened.services.transaction(
      async ({ orders, sellerOrders }) =>
        (await orders.words.reindex(100)) + (await sellerOrders.words.reindex(100)),
    );
  await until(async () => (await remade()) === 0);
  expect(await words()).toEqual(written);
  expect(await foundBy('zoe')).toEqual([lamps.id]);
});

describe('a seller’s desk', () => {
  test('shows its orders, returns and money to its people', async () => {
    await paidOrder();
    const desk = await deskOf(LAMPS, lars);
    expect(desk.orders.totalCount).toBe(desk.orders.edges.length);
    const [commission, sale] = desk.ledger.edges.map(({ node }: { node: object }) => node);
    expect([sale, commission]).toMatchObject([
      { kind: 'SALE', amount: { minorUnits: 2_000 } },
      { kind: 'COMMISSION', amount: { minorUnits: -200 } },
    ]);
    expect(desk.balances).toMatchObject([{ available: { minorUnits: 0 } }]);
    const data = await graph.ask(
      `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on SellerDesk {
         all: orders { totalCount }
         returned: orders(filter: { hasReturn: true }) { totalCount edges { node { returns { id } } } }
         others: orders(filter: { hasReturn: false }) { totalCount }
         later: orders(filter: { placedAfter: "2200-01-01T00:00:00Z" }) { totalCount }
         before: orders(filter: { placedBefore: "2200-01-01T00:00:00Z" }) { totalCount } } } }`,
      { refs: [{ __typename: 'SellerDesk', id: deskIdOf(LAMPS) }] },
      lars,
    );
    const [{ all, returned, others, later, before }] = data._entities;
    expect(returned.totalCount + others.totalCount).toBe(all.totalCount);
    expect(returned.totalCount).toBeGreaterThan(0);
    for (const { node } of returned.edges) expect(node.returns).not.toEqual([]);
    expect([later.totalCount, before.totalCount]).toEqual([0, all.totalCount]);
    expect(await deskOf(LAMPS, vera)).toBeNull();
    expect(await deskOf(LAMPS, null)).toBeNull();
    expect(await deskOf(VASES, vera)).toMatchObject({ returns: { edges: expect.any(Array) } });
  });

  test('streams events, and pays out once when buyers can no longer reclaim', async () => {
    const { ordersHead } = await deskOf(LAMPS, lars);
    await using events = await graph.subscribe(
      `subscription ($sellerId: ID!, $after: EventCursor) {
        sellerOrderEvents(sellerId: $sellerId, after: $after) { __typename
          ... on SellerOrderEvent { sellerOrder { number } } ... on PayoutChanged { payout { status } } } }`,
      { sellerId: LAMPS, after: ordersHead },
      lisa,
    );
    await expect(
      graph.subscribe(
        'subscription ($id: ID!) { sellerOrderEvents(sellerId: $id) { __typename } }',
        { id: LAMPS },
        eve,
      ),
    ).rejects.toThrow('SELLER_ORDER_NOT_FOUND');
    await paidOrder();
    const before = (await deskOf(LAMPS, lars)).balances[0];
    const owed = before.pending.minorUnits + before.available.minorUnits;
    await Promise.all([payOut(opened.services), payOut(opened.services)]);
    const after = await deskOf(LAMPS, lars);
    expect(after.balances).toEqual([
      {
        ...{ pending: { minorUnits: 0 }, paidOut: { minorUnits: owed } },
        available: { minorUnits: 0 },
      },
    ]);
    expect(after.payouts.edges).toHaveLength(1);
    const [{ node }] = after.payouts.edges;
    expect(node).toMatchObject({ status: 'PAID', amount: { minorUnits: owed } });
    expect(node.entries.edges.length).toBeGreaterThan(2);
    const names = () => events.items.map(({ data }) => data.sellerOrderEvents.__typename);
    await until(() => names().includes('PayoutChanged'));
    expect(names()).toEqual(['CaughtUp', 'SellerOrderReceived', 'PayoutChanged']);
  });
});

describe('a payout', () => {
  const DAY_MS = 86_400_000;
  const inDays = (days: number, transaction = opened.services.transaction) => ({
    ...{ ...opened.services, transaction },
    config: { ...opened.services.config, payoutDelayDays: 14 },
    clock: () => new Date(Date.now() + days * DAY_MS),
  });
  /** As it once was: what goes back counts as late again as what came in. */
  const late: typeof opened.services.transaction = (work) =>
    opened.services.transaction((stores) =>
      work(
        replaceStores(stores, {
          ledger: { ...stores.ledger, saleDueAt: async () => inDays(27).clock() },
        }),
      ),
    );
  /** What is on a seller's account after it was paid out what is due, some of which had gone back. */
  const leftAfter = async (refundedOn: number, transaction = opened.services.transaction) => {
    await payOut(inDays(15));
    const { vases } = await paidOrder();
    const input = { sellerOrderId: vases.id, lines: linesOf(vases, 1) };
    const key = { idempotencyKey: randomUUID() };
    await refundOrder(inDays(refundedOn, transaction), vera, { ...input, ...key });
    await payOut(inDays(14.5));
    const [account] = await sql<{ balance: number }>(
      graph,
      'SELECT balance_minor::int AS balance FROM seller_account WHERE seller_id = $1',
      [VASES],
    );
    return account?.balance;
  };
  test('waits while its seller is suspended, and is made when that is over', async () => {
    await paidOrder();
    const becomes = async (status: 'SUSPENDED' | 'ACTIVE', sequence: number) => {
      await shop.deliverSeller({ sellerId: VASES, status, sequence });
      await shop.idle();
    };
    const balance = async () => {
      const [account] = await sql<{ balance: number }>(
        graph,
        'SELECT balance_minor::int AS balance FROM seller_account WHERE seller_id = $1',
        [VASES],
      );
      return account?.balance;
    };
    await becomes('SUSPENDED', 5);
    const before = await balance();
    expect(before).toBeGreaterThan(0);
    await payOut(inDays(15));
    expect(await balance()).toBe(before);
    await becomes('ACTIVE', 6);
    await payOut(inDays(15));
    expect(await balance()).toBe(0);
  });
  test('of more than a number holds is made in parts, and its account is shown to the last digit', async () => {
    const sellerId = personalSellerIdOf(eve.userId);
    // The most that one order may come to, nine times, is just within 2^53; ten times is not.
    const item = await shop.item({ sellerId, priceMinor: 1_000_000_000_000 }, 100_000);
    const sale = async () => {
      const cart = await checkout.ready([{ variantId: item.variantId, quantity: 999 }], {}, buyer);
      const input = { ...checkout.inputFor(cart), cartId: null };
      const { order, errors } = await checkout.place(input, buyer);
      expect(errors).toEqual([]);
      await shop.deliverReserved(order.id);
      await until(async () => (await checkout.find(order.id, { viewer: buyer })).status === 'PAID');
    };
    for (let sales = 0; sales < 10; sales += 1) await sale();
    const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on SellerDesk {
      balances { pending { formatted } available { formatted } paidOut { formatted } }
      payouts { edges { node { amount { minorUnits } } } } } } }`;
    const desk = async (asked = query) => {
      const refs = [{ __typename: 'SellerDesk', id: deskIdOf(sellerId) }];
      return graph.execute(asked, { refs }, eve);
    };
    const [account] = await sql<{ balance: string }>(
      graph,
      'SELECT balance_minor::text AS balance FROM seller_account WHERE seller_id = $1',
      [sellerId],
    );
    const all = BigInt(account?.balance ?? 0);
    expect(all).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    const digits = (text: string) => BigInt(text.replace(/[^0-9]/g, ''));
    const shown = async () => (await desk()).data._entities[0].balances[0];
    expect(digits((await shown()).pending.formatted)).toBe(all);
    const asNumber = await desk(query.replace('pending { formatted }', 'pending { minorUnits }'));
    expect(asNumber.errors).toMatchObject([{ extensions: { code: 'AMOUNT_TOO_LARGE' } }]);
    expect(await payOut(inDays(15))).toBeGreaterThan(0);
    await payOut(inDays(15));
    expect(digits((await shown()).pending.formatted)).toBe(0n);
    expect(digits((await shown()).paidOut.formatted)).toBe(all);
    const amounts: bigint[] = (await desk()).data._entities[0].payouts.edges.map(
      ({ node }: { node: { amount: { minorUnits: number } } }) => BigInt(node.amount.minorUnits),
    );
    expect(amounts).toHaveLength(2);
    expect(amounts.reduce((sum, amount) => sum + amount, 0n)).toBe(all);
  });
  test('that fails does not delay those behind it', async () => {
    await payOut(inDays(15));
    await paidOrder();
    const [first, second] = [LAMPS, VASES].sort();
    // Reading on passes no account again, or many with nothing due yet would be passed for each that is paid.
    const { clock, reads } = inDays(15);
    const due = await reads.payouts.due(clock(), 10, null);
    expect(due.map(({ sellerId }) => sellerId)).toEqual([first, second]);
    expect(await reads.payouts.due(clock(), 10, due[0] ?? null)).toEqual(due.slice(1));
    const failing: typeof opened.services.transaction = (work) =>
      opened.services.transaction((stores) =>
        work(
          replaceStores(stores, {
            payouts: {
              ...stores.payouts,
              collect: async (of, now) => {
                if (of.sellerId === first) throw new Error('Nobody thought of this.');
                return stores.payouts.collect(of, now);
              },
            },
          }),
        ),
      );
    await expect(payOut(inDays(15, failing), { atOnce: 1 })).rejects.toThrow('1 of 2');
    const accounts = await sql<{ seller: string; owed: boolean }>(
      graph,
      `SELECT seller_id AS seller, balance_minor > 0 AS owed FROM seller_account
       WHERE seller_id = ANY($1) ORDER BY seller_id`,
      [[first, second]],
    );
    expect(accounts).toEqual([
      { seller: first, owed: true },
      { seller: second, owed: false },
    ]);
    await payOut(inDays(15));
  });
  test.each([0, 1, 13, 14.2])('holds nothing that went back on day %d', async (day) => {
    expect(await leftAfter(day)).toBe(0);
  });
  test('that counts late refunds twice is caught: it pays more than there is (mutant)', async () => {
    expect(await leftAfter(13, late)).toBeLessThan(0);
  });
  test('counts earlier refunds together with their sale', async () => {
    const late = () =>
      sql(
        graph,
        `SELECT 1 FROM ledger_entry back JOIN ledger_entry sale USING (seller_order_id)
         WHERE back.kind = 'REFUND' AND back.account = 'SELLER' AND sale.kind = 'SALE'
           AND sale.account = 'SELLER' AND back.available_at > sale.available_at`,
      );
    expect(await late()).toHaveLength(1);
    const migration = '20261126210200_refunds_count_with_their_sale/migration.sql';
    const folder = new URL('../../../prisma/orders/migrations/', import.meta.url);
    await sql(graph, readFileSync(new URL(migration, folder), 'utf8'));
    expect(await late()).toEqual([]);
  });
});

test('a shared order shows no address or payment, and sharing can be ended', async () => {
  const { id } = await paidOrder();
  const SNAPSHOT =
    'snapshot { id orderNumber status total { minorUnits } revokedAt sharedBy { id } lines { title quantity unitPrice { minorUnits } } }';
  const share = (orderId: string, withPrices: boolean, viewer: Viewer) =>
    run(
      'shareOrder(orderId: $orderId, withPrices: $withPrices)',
      '$orderId: ID!, $withPrices: Boolean!',
      SNAPSHOT,
      { orderId, withPrices },
      viewer,
    );
  expect((await share(id, true, eve)).errors).toMatchObject([{ code: 'ORDER_NOT_FOUND' }]);
  const [full, bare] = [await share(id, true, buyer), await share(id, false, buyer)];
  const seen = async (snapshotId: string, viewer: Viewer | null) =>
    (
      await graph.ask(
        `query ($id: ID!) { orderSnapshot(id: $id) { total { minorUnits } lines { title unitPrice { minorUnits } } } }`,
        { id: snapshotId },
        viewer,
      )
    ).orderSnapshot;
  expect(await seen(full.snapshot.id, null)).toMatchObject({ total: { minorUnits: 2_999 } });
  expect(await seen(bare.snapshot.id, eve)).toMatchObject({
    ...{ total: null, lines: [{ title: 'Lamp', unitPrice: null }, { title: 'Vase' }] },
  });
  // However often it is shared, also at once, there is one link with prices and one without.
  const again = await Promise.all(Array.from({ length: 6 }, () => share(id, true, buyer)));
  for (const { snapshot } of again) expect(snapshot.id).toBe(full.snapshot.id);
  const listed = async () =>
    (
      await graph.ask(
        'query ($id: ID!) { order(id: $id) { snapshots(first: 100) { edges { node { id } } } } }',
        { id },
        buyer,
      )
    ).order.snapshots.edges;
  expect(await listed()).toHaveLength(2);
  const staff = await graph.execute(
    'query ($id: ID!) { order(id: $id) { snapshots { edges { node { id } } } } }',
    { id },
    as('sue', 'SUPPORT'),
  );
  expect(staff.data.order.snapshots.edges).toEqual([]);
  const revoke = (viewer: Viewer) =>
    run(
      'revokeOrderSnapshot(orderSnapshotId: $id)',
      '$id: ID!',
      'snapshot { revokedAt }',
      { id: full.snapshot.id },
      viewer,
    );
  expect((await revoke(eve)).errors).toMatchObject([{ code: 'ORDER_SNAPSHOT_NOT_FOUND' }]);
  const { snapshot } = await revoke(buyer);
  expect((await revoke(buyer)).snapshot).toEqual(snapshot);
  expect(await seen(full.snapshot.id, null)).toBeNull();
  expect(await seen(full.snapshot.id, buyer)).not.toBeNull();
  // What was revoked comes back under no id, and is forgotten one day: the newest ten stay.
  const ids = new Set([full.snapshot.id]);
  for (let round = 0; round < 12; round += 1) {
    const { snapshot: next } = await share(id, true, buyer);
    ids.add(next.id);
    await run(
      'revokeOrderSnapshot(orderSnapshotId: $id)',
      '$id: ID!',
      'snapshot { id }',
      { id: next.id },
      buyer,
    );
  }
  expect(ids.size).toBe(13);
  await share(id, true, buyer);
  expect(await listed()).toHaveLength(10 + 2);
  expect(await seen(bare.snapshot.id, null)).not.toBeNull();
});

test('a suspended seller’s things are out of every cart’s total, and said to be that', async () => {
  const item = await shop.item({ sellerId: LAMPS });
  const { cart } = await checkout.carts.create([{ variantId: item.variantId, quantity: 1 }]);
  const seller = {
    sellerId: LAMPS,
    handle: 'lamps',
    displayName: 'Lamps',
    members: [],
    commissions: [],
  };
  const deliver = async (status: 'SUSPENDED' | 'ACTIVE', sequence: number) => {
    const news = { ...seller, status, version: sequence, changed: ['status'] };
    await graph.deliver('products.SellerUpdated', news, { stream: `seller:${LAMPS}`, sequence });
    await shop.idle();
  };
  await deliver('SUSPENDED', 9);
  await deliver('ACTIVE', 8);
  const { lines, subtotal } = await checkout.carts.find(cart.id);
  expect(lines).toMatchObject([{ problem: 'SELLER_SUSPENDED' }]);
  expect(subtotal.minorUnits).toBe(0);
});

test('suspending a seller cancels its unpaid orders, and later payments are refunded', async () => {
  const [seller, other] = [newId('sel'), newId('sel')];
  const [own, foreign] = [
    await shop.item({ sellerId: seller, priceMinor: 500 }),
    await shop.item({ sellerId: other, priceMinor: 500 }),
  ];
  const placed = async (items: readonly { variantId: string }[], methodCode: string) => {
    const lines = items.map(({ variantId }) => ({ variantId, quantity: 1 }));
    const cart = await checkout.ready(lines, {}, buyer);
    const input = { ...checkout.inputFor(cart), cartId: null, paymentMethodCode: methodCode };
    return (await checkout.place(input, buyer)).order.id as string;
  };
  const becomes = async (id: string, status: string) => {
    await until(async () => (await checkout.find(id, { viewer: buyer })).status === status);
    return id;
  };
  const reserved = async (items: readonly { variantId: string }[], methodCode: string) => {
    const id = await placed(items, methodCode);
    await shop.deliverReserved(id);
    return id;
  };
  const paid = await becomes(await reserved([own], 'test_card'), 'PAID');
  const waiting = [
    await placed([own], 'test_card_challenge'),
    await becomes(await reserved([own], 'test_card_challenge'), 'RESERVED'),
    await becomes(await reserved([foreign, own], 'test_card_challenge'), 'RESERVED'),
  ];
  const untouched = await becomes(await reserved([foreign], 'test_card_challenge'), 'RESERVED');
  const statusNow = async (status: 'SUSPENDED' | 'ACTIVE', sequence: number) => {
    await graph.deliver(
      'products.SellerUpdated',
      {
        ...{ sellerId: seller, handle: 'own', displayName: 'Own', status, version: sequence },
        ...{ members: [], commissions: [], changed: ['status'] },
      },
      { stream: `seller:${seller}`, sequence },
    );
    await shop.idle();
  };
  await statusNow('SUSPENDED', 8);
  for (const id of waiting) {
    expect(await checkout.find(id, { viewer: buyer })).toMatchObject({
      ...{ status: 'CANCELLED', statusReason: 'One of its sellers may no longer sell.' },
      viewerCan: [],
    });
  }
  const statusOf = async (id: string) => (await checkout.find(id, { viewer: buyer })).status;
  expect([await statusOf(paid), await statusOf(untouched)]).toEqual(['PAID', 'RESERVED']);
  // Stock that was set aside before the news came is not taken, and what was on its way to be paid is not paid.
  await shop.deliverReserved(waiting[0] as string);
  const { errors } = await checkout.pay({ orderId: waiting[1] }, buyer);
  expect(errors).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
  expect(await statusOf(waiting[0] as string)).toBe('CANCELLED');
  const freed = await sql<{ stream: string }>(
    graph,
    `SELECT stream FROM event_record WHERE type = 'orders.OrderCancelled' AND stream = ANY($1)`,
    [waiting.map((id) => `order:${id}`)],
  );
  expect(freed).toHaveLength(3);
  // News of before, and of a seller who may sell again, call off nothing.
  await statusNow('ACTIVE', 9);
  const again = await becomes(await reserved([own], 'test_card_challenge'), 'RESERVED');
  await statusNow('SUSPENDED', 7);
  expect(await statusOf(again)).toBe('RESERVED');
});

test('an order that cannot be called off holds up none of those behind it, and is called off once it can', async () => {
  const seller = newId('sel');
  const item = await shop.item({ sellerId: seller, priceMinor: 500 });
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const cart = await checkout.ready([{ variantId: item.variantId, quantity: 1 }], {}, buyer);
    const input = { ...checkout.inputFor(cart), paymentMethodCode: 'test_card_challenge' };
    ids.push((await checkout.place({ ...input, cartId: null }, buyer)).order.id);
  }
  const statusOf = async (id: string) => (await checkout.find(id, { viewer: buyer })).status;
  const [first] = await sql<{ id: string }>(
    graph,
    'SELECT order_id AS id FROM seller_order WHERE order_id = ANY($1) ORDER BY id LIMIT 1',
    [ids],
  );
  const poison = first?.id ?? '';
  await sql(
    graph,
    `CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN IF NEW.id = '${poison}' THEN RAISE 'poison'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER poison BEFORE UPDATE ON placed_order FOR EACH ROW EXECUTE FUNCTION refuse_poison()`,
  );
  const news = {
    ...{ sellerId: seller, handle: 'own', displayName: 'Own', version: 8 },
    status: 'SUSPENDED' as const,
    ...{ members: [], commissions: [], changed: ['status'] },
  };
  await graph.deliver('products.SellerUpdated', news, { stream: `seller:${seller}`, sequence: 8 });
  for (const id of ids.filter((each) => each !== poison)) {
    await until(async () => (await statusOf(id)) === 'CANCELLED');
  }
  expect(await statusOf(poison)).not.toBe('CANCELLED');
  await sql(graph, 'DROP TRIGGER poison ON placed_order; DROP FUNCTION refuse_poison()');
  const { jobs } = graph.backplane;
  await until(async () => {
    await jobs.replay(eventQueueOf('orders'));
    return (await statusOf(poison)) === 'CANCELLED';
  });
});

test('all books sum to zero, seller by seller, and no entry is lost', async () => {
  const [off] = await sql<{ off: number }>(
    graph,
    `SELECT count(*)::int AS off FROM (
       SELECT movement_id FROM ledger_entry GROUP BY movement_id HAVING sum(amount_minor) <> 0) m`,
  );
  expect(off?.off).toBe(0);
  const wrong = await sql(
    graph,
    `SELECT a.seller_id FROM seller_account a WHERE a.balance_minor <> (
       SELECT sum(amount_minor) FROM ledger_entry e
       WHERE e.seller_id = a.seller_id AND e.currency = a.currency)`,
  );
  expect(wrong).toEqual([]);
});

test.each([
  ['placed_order', 'status', 'OrderStatus'],
  ['placed_order', 'payment_status', 'OrderPaymentStatus'],
  ['seller_order', 'status', 'SellerOrderStatus'],
  ['payment', 'status', 'PaymentStatus'],
  ['shipment', 'status', 'ShipmentStatus'],
  ['refund', 'status', 'RefundStatus'],
  ['return_request', 'status', 'ReturnStatus'],
  ['payout', 'status', 'PayoutStatus'],
])('the %s.%s of the database can be every %s that there is', async (table, column, name) => {
  const rules = await sql<{ rule: string }>(
    graph,
    `SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint
     WHERE contype = 'c' AND conrelid = $1::regclass AND conname LIKE '%status'`,
    [table],
  );
  const allowed = rules
    .map(({ rule }) => rule)
    .filter((rule) => rule.startsWith(`CHECK ((${column} = ANY`))
    .flatMap((rule) => [...rule.matchAll(/'([A-Z_]+)'/g)].map(([, value]) => value));
  const data = await graph.ask(`{ __type(name: "${name}") { enumValues { name } } }`);
  const declared = data.__type.enumValues.map((value: { name: string }) => value.name);
  expect(allowed.sort()).toEqual(declared.sort());
});
