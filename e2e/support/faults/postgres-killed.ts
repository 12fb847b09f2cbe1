import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from '@souk/runtime/postgres';
import { until } from '@souk/testkit';
import { expect } from 'vitest';
import type { ComposedSouk } from '../composed-souk.ts';
import { ADDRESS } from '../postal-address.ts';
import { startConversation } from './conversation.ts';

const SETTLES_WITHIN = 120_000;

/**
 * Kills PostgreSQL again and again while people write and order, each under one key until it is
 * acknowledged: no process ends, and all that was acknowledged is there once. `workMs` lie between two things that one does.
 */
export async function workWhilePostgresIsKilled(
  souk: ComposedSouk,
  { kills, pauseMs, workMs }: { kills: number; pauseMs: number; workMs: number },
): Promise<{ messages: number; orders: number; refusals: number }> {
  const conversation = await startConversation(souk, 'pia');
  const listener = conversation.listen();
  const seller = await souk.register('selma');
  const { createProduct } = await souk.ask(
    `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
       product { defaultVariant { id } } errors { __typename } } }`,
    {
      input: {
        title: 'Kettle',
        variants: [
          { sku: 'KETTLE', price: { minorUnits: 1500, currency: 'EUR' }, openingStock: 100_000 },
        ],
      },
    },
    seller.token,
  );
  const variantId = createProduct.product.defaultVariant.id;
  let isWorking = true;
  let refusals = 0;
  const insisting = <Result>(attempt: () => Promise<Result | null | false>) =>
    until(
      async () => {
        const done = await attempt();
        if (!done) refusals += 1;
        return done;
      },
      { within: SETTLES_WITHIN },
    );
  const acknowledged: string[] = [];
  const writing = async (writer: number) => {
    for (let n = 0; isWorking; n += 1) {
      const [text, key] = [`${writer}.${n}`, randomUUID()];
      await insisting(async () => (await conversation.send(text, key)) === null);
      acknowledged.push(text);
      await delay(workMs);
    }
  };
  const placed: string[] = [];
  const ordering = async () => {
    while (isWorking) {
      const input = {
        lines: [{ variantId, quantity: 1 }],
        shippingAddress: { ...ADDRESS, name: 'Pia' },
        idempotencyKey: randomUUID(),
      };
      const order = await insisting(async () => {
        const data = await souk
          .ask(
            `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
               order { id } errors { __typename } } }`,
            { input },
            conversation.writer.token,
          )
          .catch(() => null);
        return data?.buyNow.order;
      });
      placed.push(order.id);
      await delay(workMs);
    }
  };
  const killing = async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      await delay(pauseMs);
      await souk.killPostgres();
    }
    isWorking = false;
  };
  await Promise.all([killing(), writing(1), writing(2), ordering()]);

  for (const { name, child, output } of souk.processes.values()) {
    expect(child.exitCode ?? child.signalCode, `${name}: ${output().slice(-2_000)}`).toBeNull();
  }
  const texts = await conversation.texts();
  expect([...texts].sort()).toEqual([...acknowledged].sort());
  await until(() => listener.heard.length >= texts.length, {
    within: SETTLES_WITHIN,
    describe: () => `${listener.heard.length} of ${texts.length} were heard`,
  });
  expect(listener.heard).toEqual(texts);
  await listener.stop();

  const orders = openClient({ connectionString: souk.databaseUrl('orders') });
  await orders.connect();
  const rows = async (where: string) =>
    (await orders.query(`SELECT id FROM placed_order WHERE ${where}`)).rows.length;
  await until(async () => (await rows(`status = 'PENDING'`)) === 0, {
    within: SETTLES_WITHIN,
    describe: () => 'orders are still pending',
  });
  const buyer = conversation.writer.id;
  const { rows: mine } = await orders.query(
    `SELECT count(*)::int AS count FROM placed_order WHERE buyer_id = $1`,
    [buyer],
  );
  expect(mine[0].count).toBe(placed.length);
  expect(new Set(placed).size).toBe(placed.length);
  await orders.end();
  return { messages: acknowledged.length, orders: placed.length, refusals };
}
