import { randomUUID } from 'node:crypto';
import { createOrdersSubgraph, loadOwnConfig as loadOrdersConfig } from '@souk/orders';
import { createProductsSubgraph } from '@souk/products';
import { createBackplane } from '@souk/runtime/backplane';
import { eventQueueOf } from '@souk/runtime/events';
import { as, insist, startOwnRedis, startSubgraph, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { ADDRESS } from './support/postal-address.ts';

const ORDERS = 40;

const closing = (close: () => Promise<void>) => ({ [Symbol.asyncDispose]: close });

test('orders whose jobs Redis forgets are settled without a hand', async (context) => {
  const server = await startOwnRedis();
  if (!server) return context.skip();
  await using _server = closing(server.stop);
  const backplane = await createBackplane({ redisUrl: server.url });
  await using _backplane = closing(backplane.close);
  await using products = await startSubgraph('products', createProductsSubgraph, {
    config: { sellers: 'open', commissionBasisPoints: 1000 },
    backplane,
  });
  await using orders = await startSubgraph('orders', createOrdersSubgraph, {
    config: { ...loadOrdersConfig({}), ordersPerWindow: 100_000, futileLinesPerWindow: 100_000 },
    backplane,
    worker: true,
  });
  const catalogue = products.subgraph.startWorker();
  const data = await products.ask(
    `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
       product { defaultVariant { id } } errors { __typename } } }`,
    {
      input: {
        title: 'Lamp',
        variants: [
          { sku: 'LAMP', price: { minorUnits: 1500, currency: 'EUR' }, openingStock: ORDERS },
        ],
      },
    },
    as('sela'),
  );
  const variantId = data.createProduct.product.defaultVariant.id as string;
  const placing = (idempotencyKey: string) => async () => {
    const answer = await insist(() =>
      orders.execute(
        `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
         order { id } errors { __typename ... on UserError { code } } } }`,
        {
          input: {
            lines: [{ variantId, quantity: 1 }],
            shippingAddress: ADDRESS,
            idempotencyKey,
          },
        },
        as('bo'),
      ),
    );
    return answer.data?.buyNow.order?.id as string | undefined;
  };
  // With one key for all its tries, as a client has: an answer that is lost places nothing twice.
  const place = () => until(placing(randomUUID()));
  const ids = [await place()];
  // From here on nobody takes what is asked of the catalogue: it waits in Redis.
  await catalogue.close();
  while (ids.length < ORDERS) ids.push(await place());
  await until(async () => (await backplane.jobs.backlog(eventQueueOf('products'))) >= ORDERS - 1);
  expect(await server.send('FLUSHALL')).toBe('+OK');
  const again = products.subgraph.startWorker();

  const statuses = async () => {
    const each = ids.map((id, index) => `o${index}: order(id: "${id}") { status }`);
    const all = await orders.ask(`{ ${each.join(' ')} }`, {}, as('bo'));
    return Object.values(all as Record<string, { status: string }>).map(({ status }) => status);
  };
  await until(async () => !(await statuses()).includes('PENDING'), {
    within: 90_000,
    describe: () => 'orders are still pending',
  });
  expect(new Set(await statuses())).toEqual(new Set(['RESERVED']));
  expect(await backplane.jobs.dead(eventQueueOf('products'), 1)).toEqual([]);
  await again.close();
});
