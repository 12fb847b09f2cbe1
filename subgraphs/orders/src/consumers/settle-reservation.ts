import type { Clock } from '@souk/runtime/domain';
import { defineConsumer } from '@souk/runtime/events';
import type { Order } from '../domain/order.ts';
import { changeStatus, type Step, type StepDeps } from '../use-cases/change-status.ts';
import { countAsFutile } from '../use-cases/count-orders.ts';
import { lockBooksOf, lockStreamsOf } from '../use-cases/lock-around-order.ts';
import type { ConsumerStores } from './index.ts';

const define = defineConsumer<ConsumerStores>();

export interface StockConsumerDeps extends StepDeps {
  clock: Clock;
}

/** The second half of placing an order: what products answered about its stock. */
export const stockConsumers = ({ clock, ...deps }: StockConsumerDeps) => [
  define({
    name: 'confirm-reserved-order',
    consumes: 'products.StockReserved',
    handle: ({ event }, stores) =>
      settle(stores, event.orderId, { to: 'RESERVED', reason: null, now: clock() }, deps),
  }),
  define({
    name: 'reject-order-without-stock',
    consumes: 'products.StockRejected',
    handle: async ({ event }, stores) => {
      const lines = await stores.orders.linesOf([event.orderId]);
      const shortages = event.shortages.map(({ variantId, reason }) => ({
        variantId,
        title: lines.find((line) => line.variantId === variantId)?.title ?? variantId,
        reason,
      }));
      const reason = { code: 'NOT_ENOUGH_STOCK' as const, shortages };
      const step = { to: 'REJECTED' as const, reason, now: clock() };
      await settle(stores, event.orderId, step, deps);
    },
  }),
];

/**
 * An order that is no longer pending was settled before, or cancelled meanwhile: then products is told of the
 * cancellation, and releases the stock.
 */
async function settle(stores: ConsumerStores, orderId: string, step: Step, deps: StepDeps) {
  const order = await stores.orders.lock(orderId);
  if (!order) throw new Error(`Products tell of order ${orderId}, which is not known here.`);
  if (order.status !== 'PENDING') return;
  if (step.to === 'REJECTED') {
    // Counts are locked before streams, as when an order is placed or cancelled.
    await countAsFutile(stores, order, { config: deps.config, now: step.now });
    await lockStreamsOf(stores, order);
    await stores.discounts.giveBack(order.id);
  } else if (await isPaidFor(stores, order)) await lockBooksOf(stores, order);
  await changeStatus(stores, order, step, deps);
}

/** Its sellers' money then moves with this step. */
async function isPaidFor({ payments }: ConsumerStores, order: Order): Promise<boolean> {
  if (order.totalMinor === 0) return true;
  const known = await payments.ofOrders([order.id]);
  return known.some(({ status }) => status === 'CAPTURED');
}
