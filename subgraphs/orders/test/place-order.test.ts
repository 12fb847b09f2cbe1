import { randomUUID } from 'node:crypto';
import { newId, viewerIdOf } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { as, insist, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orders } from '../src/app.ts';
import { type BuyNowInput, buyNow } from '../src/use-cases/buy-now.ts';
import { unkeptKeys } from './mutants/unkept-keys.ts';
import { ADDRESS, CONFIG, eur, orderInput, type Shop, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
beforeAll(async () => {
  graph = await startOrders();
  shop = shopOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

test('an order freezes title, SKU and price, and adds up', async () => {
  const lamp = await shop.item({ title: 'Lamp', priceMinor: 1999 });
  const rug = await shop.item({ title: 'Rug', priceMinor: 50_00 });
  const { order, replayed, errors } = await shop.place(
    orderInput(
      [
        { variantId: lamp.variantId, quantity: 2 },
        { variantId: rug.variantId, quantity: 1 },
        { variantId: lamp.variantId, quantity: 1 },
      ],
      { note: ' Ring twice ' },
    ),
  );
  expect(errors).toEqual([]);
  expect(replayed).toBe(false);
  expect(order).toMatchObject({
    status: 'PENDING',
    statusReason: null,
    viewerCan: ['PAY', 'CANCEL'],
    version: 1,
    note: 'Ring twice',
    buyer: { id: as('bo').userId },
    subtotal: { minorUnits: 109_97, currency: 'EUR' },
    total: { minorUnits: 109_97, currency: 'EUR', formatted: '€109.97' },
    shippingAddress: { ...ADDRESS, line2: null, region: null, phone: null },
    lines: [
      {
        title: 'Lamp',
        quantity: 3,
        unitPrice: { minorUnits: 1999 },
        total: { minorUnits: 5997, formatted: '€59.97' },
        variant: { id: lamp.variantId },
      },
      { title: 'Rug', quantity: 1, variant: { id: rug.variantId } },
    ],
  });
  expect(order.id).toMatch(/^ord_/);
  expect(order.number).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
});

test('prices changed 100 times while 100 people order leave no order with a mixture', async () => {
  const pair = [await shop.item({ priceMinor: 100 }), await shop.item({ priceMinor: 200 })];
  const changing = (async () => {
    for (let price = 101; price <= 200; price += 1) {
      await Promise.all(
        pair.map((item, at) => shop.deliverProduct(item, { priceMinor: price * (at + 1) })),
      );
    }
  })();
  const orders = [];
  for (let round = 0; round < 10; round += 1) {
    const placed = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        insist(() =>
          shop.place(
            orderInput(pair.map(({ variantId }) => ({ variantId, quantity: index + 1 }))),
            as(`buyer-${index}`),
          ),
        ),
      ),
    );
    orders.push(...placed.map(({ order }) => order));
  }
  await changing;
  const frozen = await Promise.all(
    orders.map(async ({ id, buyer }, index) => {
      const viewer = as(`buyer-${index % 10}`);
      expect(buyer.id).toBe(viewer.userId);
      const data = await graph.ask(
        `query ($id: ID!) { order(id: $id) { total { minorUnits } lines { quantity unitPrice { minorUnits } total { minorUnits } } } }`,
        { id },
        viewer,
      );
      return data.order;
    }),
  );
  for (const [index, { total, lines }] of frozen.entries()) {
    expect(total.minorUnits).toBe(orders[index].total.minorUnits);
    let sum = 0;
    for (const line of lines) {
      expect(line.total.minorUnits).toBe(line.quantity * line.unitPrice.minorUnits);
      sum += line.total.minorUnits;
    }
    expect(total.minorUnits).toBe(sum);
  }
});

describe('one key', () => {
  test('from 50 clients at once, in small and capital letters, places one order, and all hear of the same', async () => {
    const item = await shop.item();
    const input = orderInput([{ variantId: item.variantId, quantity: 1 }]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const key = String(input.idempotencyKey);
        const idempotencyKey = index % 2 ? key : key.toUpperCase();
        return insist(() => shop.place({ ...input, idempotencyKey }, as('keyed')));
      }),
    );
    const numbers = new Set(answers.map(({ order }) => order.number));
    expect(numbers.size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const data = await graph.ask(
      `query ($reps: [_Any!]!) { _entities(representations: $reps) { ... on Viewer { orders { totalCount } } } }`,
      { reps: [{ __typename: 'Viewer', id: viewerIdOf(as('keyed').userId) }] },
      as('keyed'),
    );
    expect(data._entities[0].orders.totalCount).toBe(1);
  });

  test('would place many, were it not kept (mutant)', async () => {
    const { services, infrastructure } = await orders.open({
      ...{ config: CONFIG, databaseUrl: graph.databaseUrl, backplane: graph.backplane },
      ...{ clock: () => new Date(), newId, logger: silentLogger },
      cursorSecret: 'a secret for tests, long enough for anyone',
    });
    const { variantId } = await shop.item();
    const input = orderInput([{ variantId, quantity: 1 }]) as unknown as BuyNowInput;
    const placedBy = async (deps: typeof services, name: string) => {
      const all = Array.from({ length: 50 }, () => buyNow(deps, as(name), input));
      const answers = await Promise.allSettled(all);
      return new Set(
        answers.flatMap((one) => (one.status === 'fulfilled' ? one.value.orderId : [])),
      ).size;
    };
    expect(await placedBy(services, 'kept')).toBe(1);
    const mutant = { ...services, transaction: unkeptKeys(services.transaction) };
    expect(await placedBy(mutant, 'unkept')).toBeGreaterThan(1);
    await infrastructure.close();
  });

  test('in capitals, with null where nothing was, is the same key and the same input', async () => {
    const item = await shop.item();
    const input = orderInput([{ variantId: item.variantId, quantity: 1 }]);
    const first = await shop.place(input);
    const idempotencyKey = String(input.idempotencyKey).toUpperCase();
    const again = await shop.place({ ...input, idempotencyKey, note: null });
    expect(again).toMatchObject({ replayed: true, order: { id: first.order.id } });
  });

  test('with another cart is an error and places nothing', async () => {
    const item = await shop.item();
    const input = orderInput([{ variantId: item.variantId, quantity: 1 }]);
    await shop.place(input);
    const other = { ...input, lines: [{ variantId: item.variantId, quantity: 2 }] };
    const { order, errors } = await shop.place(other);
    expect(order).toBeNull();
    expect(errors).toMatchObject([
      { __typename: 'IdempotencyMismatchError', code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
  });

  test('of somebody else is another key', async () => {
    const item = await shop.item();
    const input = orderInput([{ variantId: item.variantId, quantity: 1 }]);
    const mine = await shop.place(input, as('mine'));
    const theirs = await shop.place(input, as('theirs'));
    expect(theirs.replayed).toBe(false);
    expect(theirs.order.id).not.toBe(mine.order.id);
  });

  test('is needed, and is a UUID', async () => {
    const item = await shop.item();
    const lines = [{ variantId: item.variantId, quantity: 1 }];
    for (const idempotencyKey of [undefined, null]) {
      const answer = await shop.place({ ...orderInput(lines), idempotencyKey });
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    for (const idempotencyKey of ['', 'abc', 'x'.repeat(300)]) {
      const { errors } = await shop.place({ ...orderInput(lines), idempotencyKey });
      expect(errors).toMatchObject([
        { __typename: 'ValidationError', path: ['input', 'idempotencyKey'] },
      ]);
    }
  });
});

describe('what cannot be ordered', () => {
  const first = async (lines: Parameters<typeof orderInput>[0], given = {}) =>
    (await shop.place(orderInput(lines, given))).errors[0];

  test('unknown ids, drafts, and ids of other things', async () => {
    const draft = await shop.item({ status: 'DRAFT' });
    const unknown = shop.newItem();
    await shop.deliverStock(unknown, 5);
    await shop.idle();
    const ids = [
      newId('var'),
      draft.variantId,
      unknown.variantId,
      newId('prd'),
      '',
      'x'.repeat(9_999),
    ];
    // At once, as each waits a while for what may have come just now.
    const failures = await Promise.all(ids.map((variantId) => first([{ variantId, quantity: 1 }])));
    for (const failure of failures) {
      expect(failure).toMatchObject({
        __typename: 'NotFoundError',
        code: 'PRODUCT_VARIANT_NOT_FOUND',
        path: ['input', 'lines', '0', 'variantId'],
      });
    }
  });

  test('products that are no longer on sale', async () => {
    const { variantId } = await shop.item({ status: 'ARCHIVED' });
    expect(await first([{ variantId, quantity: 1 }])).toMatchObject({
      __typename: 'ConflictError',
      code: 'VARIANT_NOT_ON_SALE',
    });
  });

  test('more than there is, when that is known; without limit, anything', async () => {
    const item = await shop.item({}, 3);
    const { variantId } = item;
    expect(
      await first([
        { variantId, quantity: 2 },
        { variantId, quantity: 2 },
      ]),
    ).toMatchObject({
      __typename: 'InsufficientStockError',
      code: 'INSUFFICIENT_STOCK',
      message: 'There are not that many of Brass lamp.',
      variantId,
      maxQuantity: 3,
    });
    await shop.deliverStock(item, 700);
    await shop.idle();
    expect(await first([{ variantId, quantity: 800 }])).toMatchObject({ maxQuantity: 10 });
    await shop.deliverStock(item, -4, undefined, 'CONTINUE');
    await shop.idle();
    expect(await first([{ variantId, quantity: 900 }])).toBeUndefined();
  });

  test('at another price than was expected', async () => {
    const { variantId } = await shop.item({ priceMinor: 1700 });
    const line = { variantId, quantity: 1 };
    expect(await first([{ ...line, expectedUnitPrice: eur(1500) }])).toMatchObject({
      __typename: 'PriceChangedError',
      code: 'PRICE_CHANGED',
      variantId,
      expected: { formatted: '€15.00' },
      actual: { minorUnits: 1700 },
    });
    expect(
      await first([{ ...line, expectedUnitPrice: { minorUnits: 1700, currency: 'USD' } }]),
    ).toMatchObject({ code: 'PRICE_CHANGED', expected: { formatted: '$17.00' } });
    expect(
      await first([{ ...line, expectedUnitPrice: { minorUnits: 1700, currency: 'eur' } }]),
    ).toBeUndefined();
  });

  test('how much there is, is not revealed by an order that would be refused anyway', async () => {
    const { variantId } = await shop.item({ priceMinor: 1700 }, 3);
    const line = { variantId, quantity: 4 };
    const refused = [
      await shop.place(orderInput([{ ...line, expectedUnitPrice: eur(1) }])),
      await shop.place(orderInput([line], { expectedTotal: { minorUnits: 1, currency: 'EUR' } })),
    ];
    expect(refused.map(({ errors }) => errors)).toMatchObject([
      [{ code: 'PRICE_CHANGED' }],
      [{ code: 'TOTAL_CHANGED' }],
    ]);
  });

  test('absurd quantities, none, and too many lines', async () => {
    const { variantId } = await shop.item();
    const at = ['input', 'lines', '0', 'quantity'];
    for (const quantity of [0, -1, 1000, 2 ** 31 - 1]) {
      expect(await first([{ variantId, quantity }])).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: at,
      });
    }
    for (const quantity of [1.5, 2 ** 31, 1e9 * 1e9]) {
      const answer = await shop.place(orderInput([{ variantId, quantity }]));
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(await first([])).toMatchObject({ code: 'BAD_USER_INPUT', path: ['input', 'lines'] });
    const line = { variantId, quantity: 10 };
    expect(await first(Array(101).fill(line))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await first(Array(100).fill(line))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await first(Array(10).fill(line))).toBeUndefined();
  });

  test('two currencies at once, and more money than can be counted', async () => {
    const euro = await shop.item();
    const dollar = await shop.item({ currency: 'USD' });
    expect(
      await first([
        { variantId: euro.variantId, quantity: 1 },
        { variantId: dollar.variantId, quantity: 1 },
      ]),
    ).toMatchObject({ code: 'BAD_USER_INPUT', path: ['input', 'lines', '1', 'variantId'] });
    const palaces = await Promise.all(
      Array.from({ length: 10 }, () => shop.item({ priceMinor: 1_000_000_000_000 }, 999)),
    );
    const lines = palaces.map(({ variantId }) => ({ variantId, quantity: 999 }));
    expect(await first(lines)).toMatchObject({ code: 'BAD_USER_INPUT', path: ['input', 'lines'] });
    expect(await first(lines.slice(0, 2))).toMatchObject({ path: ['input', 'lines'] });
    expect(await first(lines.slice(0, 1))).toBeUndefined();
  });

  test('to an invalid address, or with a text that is too long', async () => {
    const { variantId } = await shop.item();
    const lines = [{ variantId, quantity: 1 }];
    const bad: [Record<string, unknown>, string][] = [
      [{ name: ' ' }, 'name'],
      [{ line1: 'x'.repeat(201) }, 'line1'],
      [{ city: '' }, 'city'],
      [{ postalCode: 'x'.repeat(21) }, 'postalCode'],
      [{ country: 'Sweden' }, 'country'],
    ];
    for (const [change, field] of bad) {
      const shippingAddress = { ...ADDRESS, ...change };
      expect(await first(lines, { shippingAddress })).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: ['input', 'shippingAddress', field],
      });
    }
    expect(await first(lines, { note: 'x'.repeat(501) })).toMatchObject({ code: 'BAD_USER_INPUT' });
    for (const wrong of [{ name: 'a\0b' }, { price: 1 }]) {
      const answer = await shop.place(
        orderInput(lines, { shippingAddress: { ...ADDRESS, ...wrong } }),
      );
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  test('anything, without signing in; and prices are not the client’s to name', async () => {
    const { variantId } = await shop.item();
    const input = orderInput([{ variantId, quantity: 1 }]);
    expect(await shop.place(input, null)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    for (const more of [{ total: 1 }, { status: 'PAID' }, { buyerId: as('anna').userId }]) {
      const answer = await shop.place({ ...input, idempotencyKey: randomUUID(), ...more });
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});
