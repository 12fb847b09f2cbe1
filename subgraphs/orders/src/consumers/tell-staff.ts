import {
  defineConsumer,
  type EventName,
  ORDERS_STREAM,
  type PayloadOf,
} from '@souk/runtime/events';
import type { ConsumerStores } from './index.ts';

const define = defineConsumer<ConsumerStores>();

const copied =
  <Name extends EventName>(type: Name) =>
  async ({ event: payload }: { event: PayloadOf<Name> }, { events }: ConsumerStores) => {
    await events.append({ type, stream: ORDERS_STREAM, payload, isCopy: true });
  };

/**
 * Shows staff what happens to all orders in one stream. It is filled afterwards by a consumer: a stream's row
 * is locked until the commit, so orders that wrote to a common stream themselves would wait for each other.
 */
export const staffConsumers = [
  define({
    name: 'tell-staff-of-placed-order',
    consumes: 'orders.OrderPlaced',
    handle: copied('orders.OrderPlaced'),
  }),
  define({
    name: 'tell-staff-of-order-status',
    consumes: 'orders.OrderStatusChanged',
    handle: copied('orders.OrderStatusChanged'),
  }),
  define({
    name: 'tell-staff-of-payment',
    consumes: 'orders.PaymentUpdated',
    handle: copied('orders.PaymentUpdated'),
  }),
  define({
    name: 'tell-staff-of-failed-refund',
    consumes: 'orders.RefundFailed',
    handle: copied('orders.RefundFailed'),
  }),
  define({
    name: 'tell-staff-of-failed-repayment',
    consumes: 'orders.RepaymentFailed',
    handle: copied('orders.RepaymentFailed'),
  }),
];
