import { newId } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph, serveRoutes, sized, sql, until } from '@souk/testkit';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orders } from '../src/app.ts';
import { messageRoute } from '../src/payments/message-route.ts';
import type { PaymentProvider } from '../src/payments/payment-provider.ts';
import { paymentsOf } from '../src/payments/payments.ts';
import { callOffNextUnpaid } from '../src/use-cases/call-off-unpaid.ts';
import { cancelOrder } from '../src/use-cases/cancel-order.ts';
import type { OrdersDeps } from '../src/use-cases/deps.ts';
import { expireOrders } from '../src/use-cases/expire-orders.ts';
import { advancePayment } from '../src/use-cases/payment/advance-payment.ts';
import { checkRefund } from '../src/use-cases/payment/advance-refund.ts';
import { payOrder } from '../src/use-cases/payment/pay-order.ts';
import { receiveMessage } from '../src/use-cases/payment/receive-message.ts';
import { type CheckoutShop, checkoutShopOf } from './checkout-shop.ts';
import { unlockedOrders } from './mutants/unlocked-orders.ts';
import { CONFIG, type Shop, type ShopItem, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
let checkout: CheckoutShop;
let item: ShopItem;
let opened: Awaited<ReturnType<typeof orders.open>>;
let deps: OrdersDeps;
beforeAll(async () => {
  graph = await startOrders();
  shop = shopOf(graph);
  checkout = checkoutShopOf(graph, shop);
  item = await shop.item({}, 100_000);
  opened = await orders.open({
    config: { ...CONFIG, testPaymentSecret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` },
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock: () => new Date(),
    newId,
  });
  deps = opened.services;
});
afterAll(async () => {
  await opened.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

const bo = as('bo');
const client = { viewer: bo, clientAddress: null };
const reserved = async () => {
  const { id } = await shop.order(item);
  await shop.deliverReserved(id);
  return id as string;
};
const orderOf = (id: string) => checkout.find(id, { viewer: bo });
interface Shown {
  status: string;
  paymentStatus: string;
  payments: { status: string }[];
}
const statusesOf = ({ status, paymentStatus, payments }: Shown) => [
  status,
  paymentStatus,
  payments.map((payment) => payment.status),
];
/** What the provider holds of an order's money. */
const heldFor = async (orderId: string) => {
  const [row] = await sql<{ held: number }>(
    graph,
    `SELECT coalesce(sum(t.captured_minor - t.refunded_minor), 0)::int AS held
     FROM payment p JOIN test_payment t ON t.reference = p.reference WHERE p.order_id = $1`,
    [orderId],
  );
  return row?.held;
};

describe('paying an order', () => {
  test('in one step, streamed live', async () => {
    const id = await reserved();
    const data = await graph.ask('query ($id: ID!) { order(id: $id) { head } }', { id }, bo);
    await using events = await graph.subscribe(
      `subscription ($id: ID!, $after: EventCursor) { orderEvents(orderId: $id, after: $after) {
        __typename ... on PaymentUpdated { payment { status } }
        ... on SellerOrderStatusChanged { previousStatus sellerOrder { status } }
        ... on OrderStatusChanged { to } } }`,
      { id, after: data.order.head },
      bo,
    );
    const { order, payment, errors } = await checkout.pay({ orderId: id }, bo);
    expect(errors).toEqual([]);
    expect(payment).toMatchObject({ status: 'CAPTURED', action: null });
    expect(statusesOf(order)).toEqual(['PAID', 'PAID', ['CAPTURED']]);
    const items = (await events.atLeast(5)).map((answer) => answer.data.orderEvents);
    expect(items.slice(1)).toMatchObject([
      // Each payment as it is by then: one that was authorized may be captured already.
      { __typename: 'PaymentUpdated', payment: {} },
      { __typename: 'PaymentUpdated', payment: { status: 'CAPTURED' } },
      { __typename: 'OrderStatusChanged', to: 'PAID' },
      {
        __typename: 'SellerOrderStatusChanged',
        ...{ previousStatus: 'WAITING', sellerOrder: { status: 'OPEN' } },
      },
    ]);
    // Paid is paid.
    const again = await checkout.pay({ orderId: id }, bo);
    expect(again.errors).toMatchObject([
      { __typename: 'OrderStateError', code: 'ILLEGAL_TRANSITION' },
    ]);
    expect(await heldFor(id)).toBe(1_500);
  });

  test('after a declined card, in another way', async () => {
    const id = await reserved();
    const declined = await checkout.pay(
      { orderId: id, paymentMethodCode: 'test_card_declined' },
      bo,
    );
    expect(declined).toMatchObject({
      errors: [
        {
          ...{ __typename: 'PaymentDeclinedError', code: 'PAYMENT_DECLINED' },
          ...{ declineCode: 'card_declined', retryable: false },
        },
      ],
      payment: { status: 'FAILED' },
      order: { status: 'RESERVED', paymentStatus: 'FAILED', viewerCan: ['PAY', 'CANCEL'] },
    });
    const poor = await checkout.pay(
      { orderId: id, paymentMethodCode: 'test_card_insufficient_funds' },
      bo,
    );
    expect(poor.errors).toMatchObject([{ declineCode: 'insufficient_funds', retryable: true }]);
    const { order } = await checkout.pay({ orderId: id }, bo);
    expect(statusesOf(order)).toEqual(['PAID', 'PAID', ['FAILED', 'FAILED', 'CAPTURED']]);
  });

  test('with a confirmation, refused once and given from another tab', async () => {
    const id = await reserved();
    const method = { orderId: id, paymentMethodCode: 'test_card_challenge' };
    const first = await checkout.pay({ ...method, returnUrl: 'https://shop.test/back?x=1' }, bo);
    expect(first).toMatchObject({
      order: { paymentStatus: 'ACTION_REQUIRED' },
      payment: { status: 'ACTION_REQUIRED', action: { kind: 'REDIRECT' } },
    });
    const { clientSecret, url } = first.payment.action;
    expect(url).toBe(`https://shop.test/back?x=1&payment_secret=${clientSecret}`);
    await checkout.confirm(clientSecret, false);
    expect(statusesOf(await orderOf(id))).toEqual(['RESERVED', 'FAILED', ['FAILED']]);
    const second = await checkout.pay(method, bo);
    expect(second.payment.action.kind).toBe('CONFIRM');
    await checkout.confirm(second.payment.action.clientSecret);
    const completed = await checkout.complete(second.payment.id, undefined, bo);
    expect(completed).toMatchObject({ errors: [], payment: { status: 'CAPTURED' } });
    expect(completed.order.status).toBe('PAID');
    // Whoever comes back once more learns the same.
    expect((await checkout.complete(second.payment.id, undefined, bo)).order.status).toBe('PAID');
    expect((await checkout.complete(second.payment.id, undefined, as('eve'))).errors).toMatchObject(
      [{ code: 'PAYMENT_NOT_FOUND' }],
    );
    expect((await checkout.confirm('test_secret_x')).errors).toMatchObject([
      { code: 'PAYMENT_NOT_FOUND' },
    ]);
  });

  test('for a guest takes the token, and costs nothing when there is nothing to pay', async () => {
    const { order, guestAccess } = await checkout.placed({
      paymentMethodCode: 'test_card_declined',
    });
    expect((await checkout.pay({ orderId: order.id })).errors).toMatchObject([
      { code: 'ORDER_NOT_FOUND', path: ['input', 'orderId'] },
    ]);
    const { token: guestToken } = guestAccess;
    const { payment } = await checkout.pay({ orderId: order.id, guestToken });
    expect(payment.status).toBe('AUTHORIZED');
    await shop.deliverReserved(order.id);
    await checkout.until(order.id, guestToken, ({ status }) => status === 'PAID');
    const gift = await shop.item({ priceMinor: 0 });
    const cart = await checkout.ready([{ variantId: gift.variantId, quantity: 1 }]);
    const free = await checkout.place(checkout.inputFor(cart));
    expect(free).toMatchObject({ errors: [], payment: null, order: { viewerCan: ['CANCEL'] } });
    const { token } = free.guestAccess;
    expect(
      (await checkout.pay({ orderId: free.order.id, guestToken: token })).errors,
    ).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    await shop.deliverReserved(free.order.id);
    expect(
      await checkout.find(free.order.id, { guestToken: free.guestAccess.token }),
    ).toMatchObject({ status: 'PAID', paymentStatus: 'PAID' });
  });

  test('that has no stock lets the money go', async () => {
    const { order, guestAccess } = await checkout.placed();
    const shortages = [
      { variantId: item.variantId, requested: 1, reason: 'OUT_OF_STOCK' as const },
    ];
    await graph.deliver('products.StockRejected', { orderId: order.id, shortages });
    const off = await checkout.until(
      order.id,
      guestAccess.token,
      ({ status, paymentStatus }) => status === 'REJECTED' && paymentStatus === 'UNPAID',
    );
    expect(statusesOf(off)).toEqual(['REJECTED', 'UNPAID', ['VOIDED']]);
    expect(await heldFor(order.id)).toBe(0);
  });
});

test('a late payment is refunded by itself, once', async () => {
  const id = await reserved();
  const { payment } = await checkout.pay({ orderId: id, paymentMethodCode: 'test_transfer' }, bo);
  const { order } = await shop.cancel({ id });
  expect(order.status).toBe('CANCELLED');
  await until(async () => (await orderOf(id)).payments[0].status === 'VOIDED');
  await checkout.confirm(payment.action.clientSecret);
  await checkout.confirm(payment.action.clientSecret);
  await until(async () => (await heldFor(id)) === 0);
  expect(await orderOf(id)).toMatchObject({
    status: 'CANCELLED',
    payments: [{ status: 'REFUNDED', refunded: { minorUnits: 1_500 } }],
  });
});

test('one that cannot be refunded is reported to its buyer and to staff, who have to act', async () => {
  const id = await reserved();
  const { payment } = await checkout.pay({ orderId: id, paymentMethodCode: 'test_transfer' }, bo);
  const { head } = await orderOf(id);
  await using events = await graph.subscribe(
    `subscription ($id: ID!, $after: EventCursor) { orderEvents(orderId: $id, after: $after) {
       __typename ... on RepaymentFailed { order { id } payment { id status } } } }`,
    { id, after: head },
    bo,
  );
  await using forStaff = await graph.subscribe(
    'subscription { staffOrderEvents { __typename ... on RepaymentFailed { payment { id } } } }',
    {},
    as('sue', 'SUPPORT'),
  );
  await shop.cancel({ id });
  await checkout.confirm(payment.action.clientSecret);
  const refund = await until(async () => {
    const [row] = await sql<{ id: string; status: string }>(
      graph,
      'SELECT id, status FROM refund WHERE order_id = $1 AND seller_order_id IS NULL',
      [id],
    );
    return row?.status === 'DONE' ? row : null;
  });
  // The buyer's bank sends it back, as it did four times before.
  await sql(graph, 'UPDATE refund SET failures = 4 WHERE id = $1', [refund.id]);
  const { payments, testProvider } = deps;
  const refusing = { ...testProvider, findRefund: async () => 'FAILED' as const };
  const failing = { ...payments, named: () => refusing as PaymentProvider };
  await checkRefund({ ...deps, payments: failing }, `${refund.id}:4`);
  const told = await events.find(({ data }) => data.orderEvents.__typename === 'RepaymentFailed');
  expect(told.data.orderEvents).toMatchObject({ order: { id }, payment: { id: payment.id } });
  const heard = await forStaff.find(
    ({ data }) => data.staffOrderEvents.__typename === 'RepaymentFailed',
  );
  expect(heard.data.staffOrderEvents.payment).toEqual({ id: payment.id });
});

test('another amount than is to be paid pays nothing, goes back, and the order is paid in another way', async () => {
  const id = await reserved();
  const { payment } = await checkout.pay(
    { orderId: id, paymentMethodCode: 'test_transfer_short' },
    bo,
  );
  await checkout.confirm(payment.action.clientSecret);
  const seen = await orderOf(id);
  expect(seen).toMatchObject({
    status: 'RESERVED',
    payments: [{ status: 'REFUNDED', refunded: { minorUnits: 1_499 } }],
    viewerCan: ['PAY', 'CANCEL'],
  });
  expect(seen.timeline.edges.at(-1).node).toMatchObject({
    kind: 'REFUNDED',
    text: 'A payment of the wrong amount was refunded.',
    remark: null,
  });
  await until(async () => (await heldFor(id)) === 0);
  const { order } = await checkout.pay({ orderId: id }, bo);
  expect(statusesOf(order)).toEqual(['PAID', 'PAID', ['REFUNDED', 'CAPTURED']]);
  expect(await heldFor(id)).toBe(1_500);
});

describe('messages of a provider', () => {
  test('may arrive twice, late and in any order, and only from the provider', async () => {
    const id = await reserved();
    const method = { orderId: id, paymentMethodCode: 'test_card_challenge' };
    const [one, two] = [await checkout.pay(method, bo), await checkout.pay(method, bo)];
    const { testProvider } = deps;
    const told = async (secret: string) => {
      const message = await testProvider?.confirm(secret, true);
      if (!message) throw new Error('no such payment');
      return message;
    };
    const [first, second] = [
      await told(one.payment.action.clientSecret),
      await told(two.payment.action.clientSecret),
    ];
    const forged = { ...first, body: first.body.replace('msg_', 'msg_x') };
    expect(await receiveMessage(deps, 'test', forged)).toBe('REFUSED');
    expect(await receiveMessage(deps, 'test', { ...first, headers: {} })).toBe('REFUSED');
    expect(await receiveMessage(deps, 'nobody', first)).toBe('REFUSED');
    // By HTTP, as they came and in their own bytes.
    await using served = await serveRoutes(() => ({ routes: [messageRoute(deps)] }));
    const post = async ({ body, headers }: { body: string; headers: object }) => {
      const url = `${served.url}/payment-messages/test`;
      return (await fetch(url, { method: 'POST', headers: { ...headers }, body })).status;
    };
    expect(await post(forged)).toBe(400);
    const late = new Webhook(deps.config.testPaymentSecret ?? '');
    const sentAt = new Date(Date.now() - 301_000);
    const headers = {
      'webhook-id': 'msg_late',
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      'webhook-signature': late.sign('msg_late', sentAt, first.body),
    };
    expect(await post({ body: first.body, headers })).toBe(400);
    expect((await orderOf(id)).status).toBe('RESERVED');
    expect(await post(first)).toBe(204);
    const messages = [second, first, first, second, second, first];
    const outcomes = await Promise.all(messages.map((each) => receiveMessage(deps, 'test', each)));
    expect(new Set(outcomes)).toEqual(new Set(['TAKEN']));
    const after = await until(async () => {
      const order = await orderOf(id);
      return order.payments.some(({ status }: { status: string }) => status === 'VOIDED') && order;
    });
    // Both were confirmed; one was taken, the other was let go.
    expect(after).toMatchObject({ status: 'PAID', paymentStatus: 'PAID' });
    expect(await heldFor(id)).toBe(1_500);
  });
});

test('a provider that does not answer leaves the order payable, and it is paid once', async () => {
  const id = await reserved();
  const [real] = [deps.payments.named('test')];
  let isAway = true;
  // The worst kind of outage: the work is done, and the answer is lost.
  const lossy =
    <Given, Result>(work: (given: Given) => Promise<Result>) =>
    async (given: Given) => {
      const result = await work(given);
      if (isAway) throw new Error('the line is cut');
      return result;
    };
  const flaky: PaymentProvider = {
    ...real,
    begin: lossy(real.begin),
    capture: lossy(real.capture),
  };
  const cut = { ...deps, payments: paymentsOf([flaky]) };
  const input = { orderId: id, paymentMethodCode: 'test_card', idempotencyKey: newId('evt') };
  const { paymentId } = await payOrder(cut, client, input);
  expect(statusesOf(await orderOf(id))).toEqual(['RESERVED', 'UNPAID', ['PENDING']]);
  await payOrder(cut, client, { ...input, idempotencyKey: newId('evt') });
  isAway = false;
  await until(async () => {
    await Promise.all([advancePayment(deps, paymentId), advancePayment(deps, paymentId)]);
    return (await orderOf(id)).status === 'PAID';
  });
  await until(async () => {
    const { payments } = await orderOf(id);
    return payments.every(
      ({ status }: { status: string }) => status !== 'PENDING' && status !== 'AUTHORIZED',
    );
  });
  expect(await heldFor(id)).toBe(1_500);
});

describe('of paying, calling off, expiring and the suspension of its seller at once', () => {
  /** What comes of the news that the seller of an order may sell no more, without suspending it for the other races. */
  const suspendSellerOf = ({ transaction, clock, config, newId }: OrdersDeps, orderId: string) =>
    transaction((stores) =>
      callOffNextUnpaid(
        replaceStores(stores, {
          sellers: {
            ...stores.sellers,
            findMany: async (ids) =>
              ids.map((id) => ({ id, displayName: '', status: 'SUSPENDED', commissions: [] })),
          },
          sellerOrders: {
            ...stores.sellerOrders,
            nextWaiting: async () => ({ id: orderId, orderId }),
          },
        }),
        newId('sel'),
        { after: '', now: clock() },
        { config, newId },
      ),
    );

  /** The first of so many orders that ends in other than one way, with the money to match; null: none. */
  async function firstWrongOf(races: number, racing: OrdersDeps): Promise<string | null> {
    const later = { ...racing, clock: () => new Date(Date.now() + 10 * 24 * 3_600_000) };
    for (let race = 0; race < races; race += 1) {
      const id = await reserved();
      const pay = () =>
        payOrder(racing, client, {
          ...{ orderId: id, paymentMethodCode: 'test_card', idempotencyKey: newId('evt') },
        });
      await Promise.allSettled([
        ...[pay(), pay(), cancelOrder(racing, bo, { orderId: id }), expireOrders(later)],
        ...[cancelOrder(racing, bo, { orderId: id }), pay(), suspendSellerOf(racing, id)],
      ]);
      const ends = await sql<{ to: string }>(
        graph,
        `SELECT payload ->> 'to' AS to FROM event_record
         WHERE stream = $1 AND type = 'orders.OrderStatusChanged'
           AND payload ->> 'to' IN ('PAID', 'CANCELLED')`,
        [`order:${id}`],
      );
      if (ends.length !== 1) return id;
      await until(async () => {
        const order = await orderOf(id);
        const isQuiet = order.payments.every(({ status }: { status: string }) =>
          ['CAPTURED', 'VOIDED', 'FAILED', 'REFUNDED'].includes(status),
        );
        const isRight = (await heldFor(id)) === (order.status === 'PAID' ? 1_500 : 0);
        return isQuiet && isRight && order.status === ends[0]?.to;
      });
    }
    return null;
  }

  test('exactly one wins, and the money is where it belongs', async () => {
    expect(await firstWrongOf(sized({ suite: 12, soak: 1_000 }), deps)).toBeNull();
  }, 3_600_000);

  test('steps that do not lock the order are caught', async () => {
    const mutant = { ...deps, transaction: unlockedOrders(deps.transaction) };
    expect(await firstWrongOf(50, mutant)).not.toBeNull();
  });
});

test('the books of all that sum to zero, in each movement and as a whole', async () => {
  const [sums] = await sql<{ movements: number; off: number; total: number }>(
    graph,
    `SELECT count(*)::int AS movements, count(*) FILTER (WHERE sum <> 0)::int AS off,
       sum(sum)::int AS total
     FROM (SELECT sum(amount_minor) FROM ledger_entry GROUP BY movement_id) m`,
  );
  expect(sums).toMatchObject({ off: 0, total: 0 });
  expect(sums?.movements).toBeGreaterThan(5);
  const refused = await sql(
    graph,
    `INSERT INTO ledger_entry (id, movement_id, kind, account, currency, amount_minor, occurred_at)
     VALUES ('led_x', 'led_x', 'PAYMENT', 'BUYER', 'EUR', 1, now())`,
  ).catch(String);
  expect(refused).toContain('does not sum to zero');
  const changed = await sql(graph, 'UPDATE ledger_entry SET amount_minor = 1').catch(String);
  expect(changed).toContain('never changed');
});
