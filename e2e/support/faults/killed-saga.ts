import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createBackplane } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import { eventQueueOf } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { type Answer, as, createDatabase, sql, until } from '@souk/testkit';
import { type CrashingProcess, startCrashing } from '@souk/testkit/crashes';
import { FORGET_HANDED_OVER } from '../../mutants/forgetful-jobs.ts';
import { ADDRESS } from '../postal-address.ts';
import { disagreements, type SagaDatabases, underWay } from './saga-checker.ts';
import type { SagaPoint } from './saga-points.ts';
import type { SagaSetting } from './saga-process.ts';

/** The guarantees that hold after a kill. */
const SETTLES_WITHIN = 60_000;
const FILE = new URL('./saga-process.ts', import.meta.url);
const ERRORS = 'errors { __typename ... on UserError { code message } }';

/**
 * Ends orders or products at each of some points with SIGKILL, while buyers order what is in their carts, and
 * resolves to what does not agree once everything has settled, which it does within a minute.
 */
export async function killAtEach(
  points: readonly SagaPoint[],
  { redisUrl, isForgetful = false }: { redisUrl: string; isForgetful?: boolean },
): Promise<string[]> {
  await using databases = await openDatabases(isForgetful);
  const setting = { redisUrl, keyPrefix: `saga-${randomUUID().slice(0, 8)}`, isForgetful };
  const start = (subgraph: SagaSetting['subgraph']) =>
    startCrashing<SagaSetting>(FILE, {
      ...{ ...setting, subgraph, databaseUrl: databases[subgraph].url },
    });
  const [orders, products] = await Promise.all([start('orders'), start('products')]);
  await using _orders = orders;
  await using _products = products;
  const processes = { orders, products };
  const variantId = await listSomething(products);
  const acknowledged: string[] = [];
  for (const [index, point] of points.entries()) {
    const buyer = as(`buyer-${index}`);
    const cart = await fillCart(orders, buyer, variantId);
    const place = () => placeOrder(orders, buyer, cart, point.act === 'pay');
    if (point.act === 'cancel') {
      const id = await place();
      acknowledged.push(id);
      await until(async () => (await statusOf(orders, id, buyer)) === 'RESERVED', {
        within: SETTLES_WITHIN,
      });
      const { killed } = await processes[point.subgraph].killAt(point);
      await cancelOrder(orders, id, buyer);
      await reached(point, killed);
    } else {
      const { killed } = await processes[point.subgraph].killAt(point);
      acknowledged.push(await place());
      await reached(point, killed);
    }
    // A cart is never left half-done: the buyer can continue.
    await setLines(orders, buyer, variantId, 1);
  }
  const backplane = await createBackplane({
    redisUrl,
    keyPrefix: setting.keyPrefix,
    logger: silentLogger,
  });
  /** A dead job is not tried again, so it would stay in progress for ever. */
  const dead = async () => {
    const queues = [eventQueueOf('orders'), eventQueueOf('products')];
    const jobs = await Promise.all(queues.map((queue) => backplane.jobs.dead(queue, 10)));
    return jobs.flat().map(({ id, name }) => `dead: ${name} ${id}`);
  };
  let wrong: string[] = [];
  let left: string[] = [];
  await until(
    async () => {
      left = [...(await underWay(databases)), ...(await dead())];
      if (left.length > 0) return false;
      wrong = await disagreements(databases, acknowledged);
      if (wrong.length === 0) return true;
      // What is between two looks is under way again by the next one.
      left = await underWay(databases);
      return left.length === 0;
    },
    { within: SETTLES_WITHIN, describe: () => `under way: ${[...left, ...wrong].join(', ')}` },
  ).finally(() => backplane.close());
  return wrong;
}

async function openDatabases(isForgetful: boolean): Promise<SagaDatabases & AsyncDisposable> {
  const [orders, products] = await Promise.all([
    createDatabase('orders'),
    createDatabase('products'),
  ]);
  const databases = [orders, products];
  if (isForgetful) {
    for (const { url } of databases) await sql({ databaseUrl: url }, FORGET_HANDED_OVER);
  }
  return {
    ...{ orders, products },
    [Symbol.asyncDispose]: async () => {
      for (const database of databases) await database.drop();
    },
  };
}

/** A point that is never come to is a mistake in its description. */
const reached = (point: SagaPoint, killed: Promise<void>): Promise<void> =>
  Promise.race([
    killed,
    delay(SETTLES_WITHIN, undefined, { ref: false }).then(() => {
      throw new Error(`${point.subgraph} never came to this: ${point.name}`);
    }),
  ]);

/** Asks until there is an answer with a result: a process may be ended meanwhile, and nothing known yet. */
const insist = (
  { ask }: CrashingProcess,
  query: string,
  variables: Record<string, unknown>,
  viewer: Viewer,
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
): Promise<any> => {
  let last: unknown;
  return until(
    async () => {
      const answer: Answer | null = await ask(query, variables, viewer).catch((error) => {
        last = error;
        return null;
      });
      const [outcome] = Object.values<Answer['data']>(answer?.data ?? {});
      if (outcome && !(outcome.errors?.length > 0)) return outcome;
      if (answer) last = answer;
      await delay(50);
      return null;
    },
    { within: SETTLES_WITHIN, describe: () => `no answer: ${JSON.stringify(last) ?? last}` },
  );
};

async function listSomething(products: CrashingProcess): Promise<string> {
  const { product } = await insist(
    products,
    `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
       product { defaultVariant { id } } ${ERRORS} } }`,
    {
      input: {
        title: 'Kettle',
        variants: [
          { sku: 'KETTLE', price: { minorUnits: 1500, currency: 'EUR' }, openingStock: 10_000 },
        ],
      },
    },
    as('sela'),
  );
  return product.defaultVariant.id;
}

const setLines = (orders: CrashingProcess, buyer: Viewer, variantId: string, quantity: number) =>
  insist(
    orders,
    `mutation ($lines: [CartLineInput!]!) { setCartLines(lines: $lines) { cart { id } ${ERRORS} } }`,
    { lines: [{ variantId, quantity }] },
    buyer,
  );

interface ReadyCart {
  version: number;
  total: { minorUnits: number; currency: string };
}

async function fillCart(
  orders: CrashingProcess,
  buyer: Viewer,
  variantId: string,
): Promise<ReadyCart> {
  await setLines(orders, buyer, variantId, 2);
  const { cart } = await insist(
    orders,
    `mutation ($input: CheckoutInput!) { updateCheckout(input: $input) {
       cart { version total { minorUnits currency } } ${ERRORS} } }`,
    { input: { shippingAddress: ADDRESS } },
    buyer,
  );
  return cart;
}

/** Asks with one key until it is acknowledged; what is not to be paid waits for a confirmation. */
async function placeOrder(
  orders: CrashingProcess,
  buyer: Viewer,
  { version, total }: ReadyCart,
  isPaid: boolean,
): Promise<string> {
  const { order } = await insist(
    orders,
    `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } ${ERRORS} } }`,
    {
      input: {
        ...{ cartVersion: version, expectedTotal: total, idempotencyKey: randomUUID() },
        paymentMethodCode: isPaid ? 'test_card' : 'test_card_challenge',
      },
    },
    buyer,
  );
  return order.id;
}

const cancelOrder = (orders: CrashingProcess, id: string, buyer: Viewer) =>
  insist(
    orders,
    `mutation ($id: ID!, $key: UUID!) { cancelOrder(orderId: $id, idempotencyKey: $key) { order { id } ${ERRORS} } }`,
    { id, key: randomUUID() },
    buyer,
  );

async function statusOf(orders: CrashingProcess, id: string, buyer: Viewer): Promise<string> {
  const { status } = await insist(
    orders,
    'query ($id: ID!) { order(id: $id) { status } }',
    { id },
    buyer,
  );
  return status;
}
