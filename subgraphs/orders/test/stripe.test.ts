import { newId } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import {
  as,
  type ServedRoutes,
  type StartedSubgraph,
  serveRoutes,
  sql,
  until,
} from '@souk/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createStripeProvider } from '../src/payments/stripe/stripe-provider.ts';
import { type CheckoutShop, checkoutShopOf } from './checkout-shop.ts';
import { CONFIG, type Shop, type ShopItem, shopOf, startOrders } from './shop.ts';
import { type SignedBody, type StripeOnLoopback, stripeOnLoopback } from './stripe-on-loopback.ts';

// Stripe's own client library, against recorded shapes of its API on loopback: see stripe-on-loopback.ts.

let stripe: StripeOnLoopback;
let graph: StartedSubgraph;
let shop: Shop;
let checkout: CheckoutShop;
let item: ShopItem;
let served: ServedRoutes;
beforeAll(async () => {
  stripe = await stripeOnLoopback();
  const config = {
    ...{ ...CONFIG, payments: 'stripe' as const, stripeUrl: stripe.url },
    ...{ stripeSecretKey: 'sk_test_loopback', stripeWebhookSecret: stripe.secret },
  };
  graph = await startOrders({ config });
  shop = shopOf(graph);
  checkout = checkoutShopOf(graph, shop);
  item = await shop.item({}, 100_000);
  served = await serveRoutes(() => graph.subgraph);
});
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await graph[Symbol.asyncDispose]();
  await stripe[Symbol.asyncDispose]();
});
beforeEach(() => {
  stripe.line = 'up';
});

const bo = as('bo');
const reserved = async () => {
  const { id } = await shop.order(item);
  await shop.deliverReserved(id);
  return id as string;
};
const pay = (orderId: string) =>
  checkout.pay({ orderId, paymentMethodCode: 'stripe_card' }, bo) as ReturnType<
    CheckoutShop['pay']
  >;
const orderOf = (id: string) => checkout.find(id, { viewer: bo });
const isPaid = (id: string) => until(async () => (await orderOf(id)).status === 'PAID');
const post = async ({ body, headers }: SignedBody, method = 'POST', path = 'stripe') => {
  const url = `${served.url}/payment-messages/${path}`;
  const sent = method === 'GET' ? {} : { body };
  return (await fetch(url, { method, headers, ...sent })).status;
};
/** Of an order: what Stripe has taken, less what it gave back. */
const heldFor = async (id: string) => {
  const { number } = await orderOf(id);
  const intents = [...stripe.intents.values()].filter(({ metadata }) => metadata.order === number);
  const ids = intents.map((intent) => intent.id);
  const back = stripe.refunds.filter(({ payment_intent }) => ids.includes(payment_intent));
  const sum = (amounts: number[]) => amounts.reduce((all, amount) => all + amount, 0);
  return (
    sum(intents.map((intent) => intent.amount_received)) - sum(back.map(({ amount }) => amount))
  );
};

test('a card is confirmed by the client, reported by a signed message, and taken by hand', async () => {
  const id = await reserved();
  const { payment, errors, order } = await pay(id);
  expect(errors).toEqual([]);
  expect(order.paymentStatus).toBe('ACTION_REQUIRED');
  expect(payment.action).toMatchObject({ kind: 'CONFIRM', url: null });
  const { clientSecret } = payment.action;
  // A declined card leaves it open for the next one.
  const declined = stripe.confirm(clientSecret, 'declined');
  expect(await post(stripe.message(declined.id, { type: 'payment_intent.payment_failed' }))).toBe(
    204,
  );
  expect((await orderOf(id)).paymentStatus).toBe('ACTION_REQUIRED');
  const intent = stripe.confirm(clientSecret);
  const message = stripe.message(intent.id);
  expect(await post(message)).toBe(204);
  expect(await post(message)).toBe(204);
  await isPaid(id);
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1_500, currency: 'eur' });
  expect(await heldFor(id)).toBe(1_500);
});

test('messages are refused if Stripe did not sign them, if they are old, or if they concern nothing of ours', async () => {
  const id = await reserved();
  const { payment } = await pay(id);
  const intent = stripe.confirm(payment.action.clientSecret);
  const { body, headers } = stripe.message(intent.id);
  expect(await post({ body: body.replace('evt_', 'evt_x'), headers })).toBe(400);
  expect(await post({ body, headers: {} })).toBe(400);
  expect(await post(stripe.message(intent.id, { secondsAgo: 301 }))).toBe(400);
  expect(await post({ body: 'x'.repeat(300_000), headers })).toBe(413);
  expect(await post({ body, headers }, 'GET')).toBe(405);
  expect(await post({ body, headers }, 'POST', 'paypal')).toBe(404);
  expect((await orderOf(id)).status).toBe('RESERVED');
  // Of somebody else's intent in the same account there is nothing to know.
  expect(await post(stripe.message('pi_of_others'))).toBe(204);
  // Nor of one that another installation began there: it would be sent again for days.
  const theirs = { ...intent, id: 'pi_theirs', metadata: { souk_key: `${newId('pay')}:BEGIN` } };
  stripe.intents.set(theirs.id, theirs);
  expect(await post(stripe.message(theirs.id))).toBe(204);
  // One of ours that is not written down yet, and one that cannot be looked at now, are to come again.
  const early = { ...intent, id: 'pi_early', client_secret: 'early' };
  stripe.intents.set(early.id, early);
  expect(await post(stripe.message(early.id))).toBe(503);
  const good = stripe.message(intent.id);
  stripe.line = 'down';
  expect(await post(good)).toBe(503);
  stripe.line = 'up';
  expect(await post(good)).toBe(204);
  await isPaid(id);
});

test('an outage leaves the order payable, and lost steps are done once', async () => {
  const id = await reserved();
  stripe.line = 'lossy';
  const { payment } = await pay(id);
  expect(payment.status).toBe('PENDING');
  expect((await orderOf(id)).viewerCan).toEqual(['PAY', 'CANCEL']);
  stripe.line = 'up';
  const action = await until(async () => (await orderOf(id)).payments[0].action);
  const { number } = await orderOf(id);
  const intents = () =>
    [...stripe.intents.values()].filter(({ metadata }) => metadata.order === number);
  expect(intents()).toHaveLength(1);
  stripe.confirm(action.clientSecret);
  // The money is taken, and the answer is lost; until it is asked again the order is not paid.
  stripe.line = 'lossy';
  await checkout.complete(payment.id, undefined, bo);
  stripe.line = 'up';
  await checkout.complete(payment.id, undefined, bo);
  await isPaid(id);
  expect(await heldFor(id)).toBe(1_500);
});

test("a cancelled order's payment is released or refunded once", async () => {
  const [open, taken] = [await reserved(), await reserved()];
  const first = await pay(open);
  await shop.cancel({ id: open });
  await until(async () => (await orderOf(open)).payments[0].status === 'VOIDED');
  expect(() => stripe.confirm(first.payment.action.clientSecret)).toThrow('nothing to confirm');
  const second = await pay(taken);
  const intent = stripe.confirm(second.payment.action.clientSecret);
  // Taken behind our back, by somebody at Stripe's dashboard, after the order was called off.
  await shop.cancel({ id: taken });
  Object.assign(intent, { status: 'succeeded', amount_received: 1_500, amount_capturable: 0 });
  await post(stripe.message(intent.id));
  await until(async () => (await heldFor(taken)) === 0 && stripe.refunds.length > 0);
  expect(await orderOf(taken)).toMatchObject({
    status: 'CANCELLED',
    payments: [{ status: 'REFUNDED', refunded: { minorUnits: 1_500 } }],
  });
});

test('money goes back once, also when Stripe has forgotten that it was asked', async () => {
  const provider = createStripeProvider(
    {
      ...{ secretKey: 'sk_test_loopback', webhookSecret: stripe.secret, apiUrl: stripe.url },
    },
    { logger: silentLogger },
  );
  const intent = { id: 'pi_refund', amount: 900, metadata: {}, status: 'succeeded' };
  stripe.intents.set(intent.id, intent as never);
  const refund = { key: 'rfd_1', reference: intent.id, amountMinor: 400, currency: 'EUR' };
  await provider.refund(refund);
  stripe.forgetKeys();
  await provider.refund(refund);
  await provider.refund({ ...refund, key: 'rfd_2' });
  const back = stripe.refunds.filter(({ payment_intent }) => payment_intent === intent.id);
  expect(back.map(({ amount }) => amount)).toEqual([400, 400]);
});

test('money that Stripe takes days to pay back, or cannot, is back when it is, and counted once', async () => {
  const paidLate = async () => {
    const id = await reserved();
    const { payment } = await pay(id);
    const intent = stripe.confirm(payment.action.clientSecret);
    await shop.cancel({ id });
    Object.assign(intent, { status: 'succeeded', amount_received: 1_500, amount_capturable: 0 });
    await post(stripe.message(intent.id));
    return { id, back: () => stripe.refunds.filter((each) => each.payment_intent === intent.id) };
  };
  const statusOf = async (id: string) => {
    const [row] = await sql<{ status: string; booked: number }>(
      graph,
      `SELECT r.status, (SELECT coalesce(sum(amount_minor), 0)::int FROM ledger_entry
         WHERE order_id = $1 AND account = 'PROVIDER' AND kind = 'REPAYMENT') AS booked
       FROM refund r WHERE r.order_id = $1`,
      [id],
    );
    return [row?.status, row?.booked];
  };
  const [slow, failing] = [['pending'], ['failed']] as const;
  stripe.refundsBegin = [...slow];
  const one = await paidLate();
  const [begun] = await until(() => (one.back().length > 0 ? one.back() : null));
  expect(await statusOf(one.id)).toEqual(['PENDING', 0]);
  Object.assign(begun ?? {}, { status: 'succeeded' });
  expect(await post(stripe.message(begun?.id ?? '', { type: 'refund.updated' }))).toBe(204);
  expect(await statusOf(one.id)).toEqual(['DONE', 1_500]);
  // One that fails at once is begun anew, under another key.
  stripe.refundsBegin = [...failing];
  const two = await paidLate();
  await until(async () => (await statusOf(two.id))[0] === 'DONE');
  expect(two.back().map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  expect(await statusOf(two.id)).toEqual(['DONE', 1_500]);
  // One that turns out to have failed after it was done.
  const [, done] = two.back();
  Object.assign(done ?? {}, { status: 'failed' });
  // Stripe tells of one failure by several messages; each is about that attempt, and begins nothing.
  for (const type of ['refund.failed', 'refund.updated', 'charge.refund.updated']) {
    expect(await post(stripe.message(done?.id ?? '', { type }))).toBe(204);
  }
  await until(() => two.back().length === 3);
  await until(async () => (await statusOf(two.id))[0] === 'DONE');
  expect(await statusOf(two.id)).toEqual(['DONE', 1_500]);
});

test('a wrong amount is released; a payment that Stripe rejects is refused', async () => {
  const id = await reserved();
  const { payment } = await pay(id);
  const intent = stripe.confirm(payment.action.clientSecret, 'good', 1_499);
  await post(stripe.message(intent.id));
  await until(async () => (await orderOf(id)).payments[0].status === 'VOIDED');
  expect([intent.status, (await orderOf(id)).status]).toEqual(['canceled', 'RESERVED']);
  const cheap = await shop.item({ priceMinor: 10 });
  const { id: little } = await shop.order(cheap);
  const { errors } = await pay(little);
  expect(errors).toMatchObject([
    {
      ...{ __typename: 'PaymentDeclinedError', declineCode: 'not_accepted', retryable: false },
      // What Stripe says of that is for whoever set it up.
      message: 'This order cannot be paid this way.',
    },
  ]);
});

test('amounts that Stripe counts otherwise are not offered', async () => {
  const provider = createStripeProvider(
    {
      ...{ secretKey: 'sk_test_loopback', webhookSecret: stripe.secret, apiUrl: stripe.url },
    },
    { logger: silentLogger },
  );
  const offered = ['EUR', 'JPY', 'HUF', 'ISK', 'UGX', 'MGA', 'KWD', 'TND'].filter(
    (currency) => provider.methods(currency).length > 0,
  );
  expect(offered).toEqual(['EUR', 'JPY', 'HUF']);
});
