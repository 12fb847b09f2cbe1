import type { OrderStep } from '../domain/system-message.ts';
import { tellOfOrder } from '../use-cases/tell-of-order.ts';
import { chatConsumer } from './define-consumer.ts';

// Each event is reported once, by the inbox of events. A room that is opened later begins with what is then so, which
// its order shows.

const STEPS: Readonly<Record<string, OrderStep>> = {
  PAID: 'PAID',
  CANCELLED: 'CANCELLED',
  REJECTED: 'REJECTED',
};

export const tellOfOrderStatus = chatConsumer({
  name: 'tell-of-order-status',
  consumes: 'orders.OrderStatusChanged',
  handle: async ({ event: { orderId, to }, occurredAt: at }, stores) => {
    const orderStep = STEPS[to];
    if (orderStep) await tellOfOrder(stores, [orderId], { orderStep, at });
  },
});

/** A new parcel, and one that arrived; where it is in between shows the order. */
export const tellOfShipment = chatConsumer({
  name: 'tell-of-shipment',
  consumes: 'orders.ShipmentUpdated',
  handle: async ({ event: { orderId, sellerOrderId, status, from }, occurredAt: at }, stores) => {
    const part = [orderId, sellerOrderId];
    if (from === undefined) await tellOfOrder(stores, part, { orderStep: 'SHIPPED', at });
    if (status === 'DELIVERED' && from !== 'DELIVERED') {
      await tellOfOrder(stores, part, { orderStep: 'DELIVERED', at });
    }
  },
});

export const tellOfRefund = chatConsumer({
  name: 'tell-of-refund',
  consumes: 'orders.RefundIssued',
  handle: ({ event: { orderId, sellerOrderId }, occurredAt: at }, stores) =>
    tellOfOrder(stores, [orderId, sellerOrderId], { orderStep: 'REFUNDED', at }),
});
