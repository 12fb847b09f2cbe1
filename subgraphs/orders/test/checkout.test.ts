import { randomUUID } from 'node:crypto';
import { personalSellerIdOf } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import {
  as,
  insist,
  isWaitedFor,
  openInTests,
  type StartedSubgraph,
  sessionOf,
  sql,
  until,
} from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CheckoutShop, checkoutShopOf } from './checkout-shop.ts';
import { ADDRESS, CONFIG, type Shop, shopOf, startOrders } from './shop.ts';

const rate = { label: 'By post', countries: ['SE', 'DE'], currency: 'EUR', perKilogramMinor: 100 };
const config = {
  ...CONFIG,
  priceTables: {
    deliveryRates: [
      { ...rate, code: 'post', flatMinor: 490, days: [2, 4] as const },
      {
        ...rate,
        code: 'night',
        label: 'Overnight',
        countries: ['SE'],
        flatMinor: 1_490,
        days: null,
      },
    ],
    tax: { rates: { SE: 2_500 }, included: true },
  },
};

let graph: StartedSubgraph;
let shop: Shop;
let checkout: CheckoutShop;
beforeAll(async () => {
  graph = await startOrders({ config });
  shop = shopOf(graph);
  checkout = checkoutShopOf(graph, shop);
});
afterAll(() => graph[Symbol.asyncDispose]());

const GERMAN = { ...ADDRESS, country: 'DE', postalCode: '10115' };
const staff = as('sue', 'SUPPORT');

test('from nothing to paid in six operations, as a guest who comes back with a token', async () => {
  const lamp = await shop.item({ title: 'Lamp' });
  const vase = await shop.item({ title: 'Vase', sellerId: as('other').userId, priceMinor: 999 });
  const lines = [lamp, vase].map(({ variantId }) => ({ variantId, quantity: 2 }));
  // 1: the cart.
  const { cart } = await checkout.carts.create(lines);
  // 2: who and where to.
  const addressed = await checkout.update({
    ...{
      cartId: cart.id,
      email: 'Guest@Example.com',
      shippingAddress: ADDRESS,
      note: 'Ring twice',
    },
  });
  expect(addressed.errors).toEqual([]);
  expect(addressed.cart).toMatchObject({
    ...{ missing: ['DELIVERY'], total: null, shipping: null, email: 'guest@example.com' },
    deliveries: [
      { lines: [{ title: 'Lamp' }], options: [{ label: 'By post' }, { label: 'Overnight' }] },
      { lines: [{ title: 'Vase' }], selected: null },
    ],
  });
  // 3: how it is sent.
  const { cart: chosen } = await checkout.update({
    cartId: cart.id,
    deliveryOptionCodes: addressed.cart.deliveries.map(
      ({ options }: { options: { code: string }[] }) => options[0]?.code,
    ),
  });
  expect(chosen).toMatchObject({
    missing: [],
    subtotal: { minorUnits: 2 * 1_500 + 2 * 999 },
    shipping: { minorUnits: 2 * 590 },
    total: { minorUnits: 2 * 1_500 + 2 * 999 + 2 * 590, currency: 'EUR' },
    taxIncluded: true,
  });
  // 4: the order, with its payment.
  const placed = await checkout.place(checkout.inputFor(chosen));
  expect(placed).toMatchObject({
    errors: [],
    replayed: false,
    order: {
      status: 'PENDING',
      paymentStatus: 'AUTHORIZED',
      viewerCan: ['PAY', 'CANCEL'],
      sellerOrders: [
        { status: 'WAITING', deliveryLabel: 'By post', lines: [{ title: 'Lamp', quantity: 2 }] },
        { status: 'WAITING', total: { minorUnits: 2 * 999 + 590 } },
      ],
    },
    payment: { status: 'AUTHORIZED', action: null },
    cart: { id: cart.id, lines: [] },
  });
  const { token } = placed.guestAccess;
  const { id, number } = placed.order;
  expect(placed.guestAccess.url).toBe(`http://localhost:3000/orders/${number}?token=${token}`);
  // The stock comes, and the money is taken.
  await shop.deliverReserved(id);
  const paid = await checkout.until(id, token, ({ status }) => status === 'PAID');
  expect(paid).toMatchObject({
    paymentStatus: 'PAID',
    viewerCan: [],
    sellerOrders: [{ status: 'OPEN' }, { status: 'OPEN' }],
    payments: [{ status: 'CAPTURED', method: 'TEST' }],
  });
  const kinds = paid.timeline.edges.map(({ node }: { node: { kind: string } }) => node.kind);
  expect(kinds).toEqual(['PLACED', 'RESERVED', 'PAID']);
  // What the house says of it is found when it is read, and is kept nowhere as it is said.
  expect(await keptOfTimeline(graph, id)).toEqual([{}, {}, {}]);
  // Nobody else sees it, and the token is for nothing else.
  expect(await checkout.find(id)).toBeNull();
  expect(await checkout.find(id, { guestToken: `${token.slice(0, -1)}x` })).toBeNull();
  expect(await checkout.find(id, { viewer: as('bo') })).toBeNull();
  expect((await checkout.find(id, { viewer: staff })).id).toBe(id);
  expect(await checkout.carts.eventsTelling(token)).toBe(0);
});

/** What is kept of each step of an order besides its kind. */
const keptOfTimeline = async (of: StartedSubgraph, orderId: string) =>
  (
    await sql<{ details: object }>(
      of,
      'SELECT details FROM timeline_entry WHERE order_id = $1 ORDER BY id',
      [orderId],
    )
  ).map(({ details }) => details);

describe('a cart that is not ready', () => {
  test('reports what is missing, also when it is ordered anyway', async () => {
    const item = await shop.item();
    const { cart } = await checkout.carts.create([]);
    const expectedTotal = { minorUnits: 0, currency: 'EUR' };
    const first = await checkout.place(checkout.inputFor(cart, { expectedTotal }));
    expect(first.errors).toMatchObject([
      {
        __typename: 'CheckoutIncompleteError',
        missing: ['LINES', 'EMAIL', 'SHIPPING_ADDRESS'],
      },
    ]);
    const { cart: filled } = await checkout.carts.set(
      cart.id,
      [{ ...item, quantity: 1 }].map(({ variantId, quantity }) => ({ variantId, quantity })),
    );
    const { cart: far } = await checkout.update({
      ...{
        cartId: cart.id,
        email: 'a@b.co',
        shippingAddress: { ...ADDRESS, country: 'FR', postalCode: '75001' },
      },
    });
    expect(far).toMatchObject({ missing: ['DELIVERY'], deliveries: [{ options: [] }] });
    const own = await checkout.carts.own(as('none'));
    expect([own, filled.lines.length]).toEqual([null, 1]);
  });

  test('has changed, costs something else, or is to be paid in no known way', async () => {
    const item = await shop.item();
    const lines = [{ variantId: item.variantId, quantity: 1 }];
    const cart = await checkout.ready(lines, { shippingAddress: GERMAN });
    const refusal = async (given: Record<string, unknown>) => {
      const { errors, order } = await checkout.place(checkout.inputFor(cart, given));
      expect(order).toBeNull();
      return errors[0];
    };
    expect(await refusal({ cartVersion: cart.version - 1 })).toMatchObject({
      ...{ __typename: 'CartChangedError', currentVersion: cart.version },
      path: ['input', 'cartVersion'],
    });
    expect(await refusal({ expectedTotal: { minorUnits: 1, currency: 'EUR' } })).toMatchObject({
      __typename: 'TotalChangedError',
    });
    expect(await refusal({ paymentMethodCode: 'gold' })).toMatchObject({
      path: ['input', 'paymentMethodCode'],
    });
    expect(await refusal({ cartId: 'crt_x' })).toMatchObject({ code: 'CART_NOT_FOUND' });
  });

  test('reports all mistakes of its checkout at once, and changes nothing then', async () => {
    const { cart } = await checkout.carts.create([]);
    const { errors } = await checkout.update({
      ...{ cartId: cart.id, email: 'nobody', note: 'a\u202eb' },
      shippingAddress: { ...ADDRESS, country: 'Sweden' },
    });
    expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
      'input.email',
      'input.note',
      'input.shippingAddress.country',
    ]);
    const lists = await checkout.update({
      ...{ cartId: cart.id, discountCodes: ['NOPE'], deliveryOptionCodes: ['x/y'] },
    });
    expect(lists.errors).toMatchObject([
      { __typename: 'DiscountCodeError', path: ['input', 'discountCodes', '0'] },
      { __typename: 'ValidationError', path: ['input', 'deliveryOptionCodes', '0'] },
    ]);
    expect(lists.cart.version).toBe(cart.version);
  });
});

test('lines that cannot be bought are left in the cart, and do not block the rest', async () => {
  const [fine, dearer] = [await shop.item({ title: 'Fine' }), await shop.item({ title: 'Dearer' })];
  const lines = [fine, dearer].map(({ variantId }) => ({ variantId, quantity: 1 }));
  const cart = await checkout.ready(lines, { shippingAddress: GERMAN });
  await shop.deliverProduct(dearer, { priceMinor: 9_999, title: 'Dearer' });
  await shop.idle();
  const { cart: seen } = await checkout.update({ cartId: cart.id, note: 'now' });
  expect(seen).toMatchObject({
    missing: [],
    lines: [{ problem: null }, { problem: 'PRICE_CHANGED' }],
  });
  const { order, cart: left } = await checkout.place(checkout.inputFor(seen));
  expect(order.sellerOrders[0].lines).toEqual([{ title: 'Fine', quantity: 1 }]);
  expect(left.lines).toEqual([{ title: 'Dearer' }]);
  // Alone, the new price is to be agreed to.
  const { cart: alone } = await checkout.update({ cartId: cart.id, note: 'again' });
  expect(alone.missing).toEqual(['PRICE_CONFIRMATION']);
  const stale = await checkout.confirmPrices(cart.id, alone.version - 1);
  expect(stale.errors).toMatchObject([{ __typename: 'CartChangedError' }]);
  const { cart: agreed } = await checkout.confirmPrices(cart.id, alone.version);
  expect(agreed).toMatchObject({ missing: [], total: { minorUnits: 9_999 + 590 } });
});

test('somebody who signs in and orders the cart they filled as a guest is its buyer', async () => {
  const item = await shop.item();
  const who = as('late');
  const cart = await checkout.ready([{ variantId: item.variantId, quantity: 1 }], {
    shippingAddress: GERMAN,
  });
  const placed = await checkout.place(checkout.inputFor(cart), who);
  expect(placed).toMatchObject({ errors: [], guestAccess: null });
  expect(await checkout.find(placed.order.id, { viewer: who })).toMatchObject({
    viewerCan: ['PAY', 'CANCEL'],
  });
  expect((await shop.cancel({ id: placed.order.id }, who)).errors).toEqual([]);
});

test('a guest whose answer was lost is given the token again, and nobody else by the same key', async () => {
  const item = await shop.item();
  const lines = [{ variantId: item.variantId, quantity: 1 }];
  const [cart, other] = [
    await checkout.ready(lines, { shippingAddress: GERMAN }),
    await checkout.ready(lines, { shippingAddress: GERMAN }),
  ];
  const idempotencyKey = randomUUID();
  const method = { paymentMethodCode: 'test_card_challenge', idempotencyKey };
  const first = await checkout.place({ ...checkout.inputFor(cart), ...method });
  const again = await checkout.place({ ...checkout.inputFor(cart), ...method });
  expect(again).toMatchObject({ replayed: true, guestAccess: first.guestAccess });
  const theirs = await checkout.place({ ...checkout.inputFor(other), ...method });
  expect(theirs).toMatchObject({ errors: [], replayed: false });
  expect(theirs.order.id).not.toBe(first.order.id);
  // What goes on with the payment is for whoever pays.
  const { payments } = await checkout.find(first.order.id, {
    guestToken: first.guestAccess.token,
  });
  expect(payments[0].action).not.toBeNull();
  expect((await checkout.find(first.order.id, { viewer: staff })).payments[0].action).toBeNull();
});

test('the same key from 20 clients, in small and capital letters, places one order', async () => {
  const item = await shop.item();
  const who = as('twice');
  const cart = await checkout.ready(
    [{ variantId: item.variantId, quantity: 1 }],
    { shippingAddress: GERMAN },
    who,
  );
  const key = randomUUID();
  const input = { ...checkout.inputFor(cart), cartId: null };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      insist(() =>
        checkout.place({ ...input, idempotencyKey: index % 2 ? key : key.toUpperCase() }, who),
      ),
    ),
  );
  const ids = answers.map((answer) => answer.order?.id ?? answer.errors[0].extensions?.code);
  const placed = new Set(ids.filter((id) => id !== 'IDEMPOTENCY_IN_PROGRESS'));
  expect(placed.size).toBe(1);
});

describe('a guest who has lost their token', () => {
  const ask = async (number: string, email: string, from?: string) => {
    const data = await graph.ask(
      `mutation ($number: String!, $email: EmailAddress!) { requestGuestAccess(number: $number, email: $email) {
        challengeId errors { __typename ... on UserError { code path } } } }`,
      { number, email },
      null,
      from,
    );
    return data.requestGuestAccess;
  };
  const confirm = async (challengeId: string, code: string) => {
    const data = await graph.ask(
      `mutation ($challengeId: ID!, $code: String!) { confirmGuestAccess(challengeId: $challengeId, code: $code) {
        order { number } guestAccess { token url } errors { __typename ... on UserError { code message path } } } }`,
      { challengeId, code },
    );
    return data.confirmGuestAccess;
  };
  const mailed = async (email: string) =>
    (
      await sql<{ code: string }>(
        graph,
        `SELECT payload ->> 'code' AS code FROM event_record
         WHERE payload ->> 'email' = $1 AND type = 'orders.GuestCodeRequested'
           AND payload ->> 'code' IS NOT NULL ORDER BY position`,
        [email],
      )
    ).map(({ code }) => openInTests(code));

  test('has it again by a code that is mailed, and by nothing else', async () => {
    const item = await shop.item();
    const cart = await checkout.ready([{ variantId: item.variantId, quantity: 1 }], {
      ...{ shippingAddress: GERMAN, email: 'lost@example.com' },
    });
    const placed = await checkout.place(checkout.inputFor(cart));
    const { id, number } = placed.order;
    const typed = number.toLowerCase().replace('-', ' ');
    const asked = await ask(typed, 'LOST@example.com');
    const [code = ''] = await mailed('LOST@example.com');
    // A wrong code, another's challenge, and a challenge of no order: one answer for all.
    const nothing = await ask(number, 'somebody@example.com');
    const message = 'This code is wrong or no longer valid; ask for another.';
    const wrong = { order: null, guestAccess: null, errors: [{ code: 'CODE_INVALID', message }] };
    expect(Object.keys(nothing)).toEqual(Object.keys(asked));
    expect(await confirm(asked.challengeId, 'AAAA2222')).toMatchObject(wrong);
    expect(await confirm(nothing.challengeId, code)).toMatchObject(wrong);
    expect(await confirm('chl_x', code)).toMatchObject(wrong);
    expect(await mailed('somebody@example.com')).toEqual([]);
    const given = await confirm(
      asked.challengeId,
      ` ${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase(),
    );
    expect(given).toMatchObject({ order: { number }, errors: [] });
    // Another token: a link that went astray is over with that.
    const { token } = given.guestAccess;
    expect(await checkout.find(id, { guestToken: placed.guestAccess.token })).toBeNull();
    expect(await checkout.find(id, { guestToken: token })).toMatchObject({ id });
    expect(await confirm(asked.challengeId, code)).toMatchObject(wrong);
  });

  test('cannot be used to fill a mailbox, and allows a limited number of attempts', async () => {
    const item = await shop.item();
    const cart = await checkout.ready([{ variantId: item.variantId, quantity: 1 }], {
      ...{ shippingAddress: GERMAN, email: 'full@example.com' },
    });
    const { order } = await checkout.place(checkout.inputFor(cart));
    const asked = [];
    for (let time = 0; time < 21; time += 1) {
      asked.push(await ask(order.number, 'full@example.com', '192.0.2.7'));
    }
    expect(await mailed('full@example.com')).toHaveLength(5);
    expect(asked.at(-1).errors).toMatchObject([{ __typename: 'RateLimitedError' }]);
    expect(asked.slice(0, 20).every(({ errors }) => errors.length === 0)).toBe(true);
    const [code = ''] = await mailed('full@example.com');
    for (let time = 0; time < 5; time += 1) await confirm(asked[0].challengeId, 'AAAA2222');
    expect((await confirm(asked[0].challengeId, code)).errors).toMatchObject([
      { code: 'CODE_INVALID', path: ['code'] },
    ]);
  });
});

test('the lowest shipping price of a product is shown before it is in a cart', async () => {
  const [item, draft] = [await shop.item(), await shop.item({ status: 'DRAFT' })];
  const estimate = async (id: string, country: string) => {
    const data = await graph.ask(
      `query ($refs: [_Any!]!, $country: CountryCode!) { _entities(representations: $refs) {
        ... on ProductVariant { shippingEstimate(country: $country) { minorUnits currency } } } }`,
      { refs: [{ __typename: 'ProductVariant', id }], country },
    );
    return data._entities[0].shippingEstimate;
  };
  expect(await estimate(item.variantId, 'SE')).toEqual({ minorUnits: 590, currency: 'EUR' });
  expect(await estimate(item.variantId, 'FR')).toBeNull();
  expect(await estimate(draft.variantId, 'SE')).toBeNull();
});

test('shipping of cancelled parts is reported as still to be refunded', async () => {
  const vera = as('vera');
  const vase = await shop.item({ sellerId: personalSellerIdOf(vera.userId), priceMinor: 1_000 });
  const cart = await checkout.ready(
    [{ variantId: vase.variantId, quantity: 1 }],
    { shippingAddress: GERMAN },
    as('bo'),
  );
  const { minorUnits: delivery } = cart.shipping;
  expect(delivery).toBeGreaterThan(0);
  const { order } = await checkout.place({ ...checkout.inputFor(cart), cartId: null }, as('bo'));
  await shop.deliverReserved(order.id);
  const sellerOrderId = order.sellerOrders[0].id;
  const PART = 'id status viewerCan refunded { minorUnits } lines { id }';
  const seen = async (viewer = vera) =>
    (
      await graph.ask(
        `query ($id: ID!) { sellerOrder(id: $id) { ${PART} } }`,
        { id: sellerOrderId },
        viewer,
      )
    ).sellerOrder;
  const open = await until(async () => {
    const part = await seen();
    return part.status === 'OPEN' && part;
  });
  const refund = async (given: Record<string, unknown>) =>
    (
      await graph.ask(
        `mutation ($input: RefundOrderInput!) { refundOrder(input: $input) {
           refund { amount { minorUnits } } sellerOrder { ${PART} }
           errors { __typename ... on UserError { code path } } } }`,
        { input: { sellerOrderId, idempotencyKey: randomUUID(), ...given } },
        vera,
      )
    ).refundOrder;
  const off = await refund({ lines: [{ lineId: open.lines[0].id, quantity: 1 }] });
  expect(off).toMatchObject({
    ...{ errors: [], refund: { amount: { minorUnits: 1_000 } } },
    sellerOrder: { status: 'CANCELLED', viewerCan: ['REFUND'] },
  });
  expect((await seen(as('bo'))).viewerCan).toEqual([]);
  const rest = await refund({ amount: { minorUnits: delivery, currency: 'EUR' } });
  expect(rest).toMatchObject({
    errors: [],
    sellerOrder: { status: 'CANCELLED', refunded: { minorUnits: 1_000 + delivery }, viewerCan: [] },
  });
});

describe('codes', () => {
  test('make an order cheaper, once for each buyer, and are given back when it is called off', async () => {
    const code = `HALF-${randomUUID().slice(0, 8)}`.toUpperCase();
    const made = await checkout.createCode({ code, basisPoints: 5_000, uses: 2 }, staff);
    expect(made).toMatchObject({ errors: [], discountCode: { code, uses: 2, used: 0 } });
    const again = await checkout.createCode({ code, basisPoints: 1 }, staff);
    expect(again.errors).toMatchObject([{ code: 'DISCOUNT_CODE_TAKEN' }]);
    const denied = await checkout.createCode({ code: 'MINE', basisPoints: 1 }, as('bo'));
    expect(denied.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);

    const item = await shop.item();
    const order = async (name: string) => {
      const cart = await checkout.ready(
        [{ variantId: item.variantId, quantity: 1 }],
        { shippingAddress: GERMAN, discountCodes: [code.toLowerCase()] },
        as(name),
      );
      expect(cart).toMatchObject({
        discount: { minorUnits: 750 },
        total: { minorUnits: 750 + 590 },
      });
      return checkout.place({ ...checkout.inputFor(cart), cartId: null }, as(name));
    };
    const first = await order('ann');
    expect(first.order.total.minorUnits).toBe(750 + 590);
    // Who has used it is told so before they order.
    const { cart } = await checkout.carts.set(
      null,
      [{ variantId: item.variantId, quantity: 1 }],
      {},
      as('ann'),
    );
    const used = await checkout.update({ discountCodes: [code] }, as('ann'));
    expect(used.errors).toMatchObject([
      { __typename: 'DiscountCodeError', message: 'You have already used this code.' },
    ]);
    expect(used.cart.version).toBe(cart.version);
    await shop.cancel({ id: first.order.id }, as('ann'));
    // Two uses, three buyers at once: one comes too late.
    const three = await Promise.all(['cy', 'di', 'ed'].map(order));
    expect(three.filter((answer) => answer.order)).toHaveLength(2);
    // Used up under its hands, or already when its cart was priced again: then it costs more.
    const refused = three.flatMap(({ order: placed, errors }) => (placed ? [] : errors[0].code));
    expect(['DISCOUNT_REFUSED', 'TOTAL_CHANGED']).toContain(refused[0]);
  });

  test('are given back in the order in which orders use them, so that no two wait in a circle', async () => {
    // The later ones of the alphabet are made first, and lie first in the table.
    const codes = ['Z', 'M', 'A'].map((letter) => `${letter}-${randomUUID()}`.toUpperCase());
    for (const code of codes) await checkout.createCode({ code, basisPoints: 1_000 }, staff);
    const [later, , first] = codes;
    const item = await shop.item();
    const wanted = [{ variantId: item.variantId, quantity: 1 }];
    const given = { shippingAddress: GERMAN, discountCodes: codes };
    const cart = await checkout.ready(wanted, given, as('fay'));
    const { order } = await checkout.place({ ...checkout.inputFor(cart), cartId: null }, as('fay'));
    const holder = openClient({ connectionString: graph.databaseUrl });
    const looker = openClient({ connectionString: graph.databaseUrl });
    await Promise.all([holder.connect(), looker.connect()]);
    const lock = 'SELECT used FROM discount_code WHERE code = $1 FOR UPDATE';
    await holder.query('BEGIN');
    await holder.query(lock, [first]);
    const session = await sessionOf(holder);
    const cancelling = shop.cancel({ id: order.id }, as('fay'));
    await until(() => isWaitedFor(graph, session));
    // While it waits for the first, it holds none behind it.
    expect((await looker.query(`${lock} NOWAIT`, [later])).rows).toEqual([{ used: 1 }]);
    await holder.query('COMMIT');
    expect((await cancelling).errors).toEqual([]);
    const { rows } = await looker.query('SELECT used FROM discount_code WHERE code = ANY($1)', [
      codes,
    ]);
    expect(rows).toEqual(codes.map(() => ({ used: 0 })));
    await Promise.all([holder.end(), looker.end()]);
  });

  test('are at most five, also in merged carts, and dropped ones are named', async () => {
    const named = (count: number) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const code = `TEN-${randomUUID().slice(0, 8)}`.toUpperCase();
          await checkout.createCode({ code, basisPoints: 1_000 }, staff);
          return code;
        }),
      );
    const [own, more] = await Promise.all([named(5), named(3)]);
    const item = await shop.item();
    const lines = [{ variantId: item.variantId, quantity: 1 }];
    const mia = as('mia');
    const before = await checkout.ready(lines, { discountCodes: own }, mia);
    for (const codes of [more, own.slice(0, 1), more.slice(1)]) {
      const guest = await checkout.ready(lines, { discountCodes: codes });
      const { cart, errors } = await checkout.carts.merge(guest.id, mia);
      expect(errors).toEqual([]);
      const leftOut = cart.notices.filter(({ kind }: { kind: string }) => kind === 'CODE_LEFT_OUT');
      const expected = codes.filter((code) => !own.includes(code));
      expect(leftOut).toMatchObject(expected.map((title) => ({ title, line: null })));
      await checkout.carts.set(null, lines, {}, mia);
      // What five codes take off, as before.
      const after = (
        await graph.ask(
          '{ viewer { cart { discount { minorUnits } discountCodes { code } } } }',
          {},
          mia,
        )
      ).viewer.cart;
      expect(after.discount).toEqual(before.discount);
      expect(after.discountCodes.map(({ code }: { code: string }) => code)).toEqual(own);
    }
  });

  test('cannot be guessed: after too many wrong codes, right ones are refused as well', async () => {
    const code = `TRUE-${randomUUID().slice(0, 8)}`.toUpperCase();
    await checkout.createCode({ code, basisPoints: 100 }, staff);
    const guess = async (typed: string, who: string) => {
      for (;;) {
        const answer = await checkout.update({ discountCodes: [typed] }, as(who));
        // Who waited too long for the lock of the count is told to ask again.
        if (answer.errors[0]?.extensions?.code !== 'SERVICE_UNAVAILABLE') return answer;
      }
    };
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, at) => guess(`GUESS-${at}`, 'mallory')),
    );
    const codes = guesses.map(({ errors }) => errors[0].code);
    expect(codes.filter((each) => each === 'DISCOUNT_REFUSED')).toHaveLength(20);
    expect(codes.filter((each) => each === 'RATE_LIMITED')).toHaveLength(10);
    expect((await guess(code, 'mallory')).errors).toMatchObject([
      { __typename: 'RateLimitedError', code: 'RATE_LIMITED' },
    ]);
    // Right ones count nothing, however often they are given.
    for (let time = 0; time < 25; time += 1) {
      expect((await guess(code, 'trent')).errors[0]?.code).not.toBe('RATE_LIMITED');
    }
  });

  test('that are wrong are reported in full', async () => {
    const { errors } = await checkout.createCode(
      { code: 'a b', basisPoints: 0, amount: { minorUnits: 1, currency: 'EUR' }, uses: 0 },
      staff,
    );
    expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
      'input.amount',
      'input.basisPoints',
      'input.code',
      'input.uses',
    ]);
  });
});
