import { chatConsumer } from './define-consumer.ts';

/** Whoever asks staff about an order is its buyer; a guest has no account to ask by. */
export const copyPlacedOrder = chatConsumer({
  name: 'copy-placed-order',
  consumes: 'orders.OrderPlaced',
  handle: async ({ event: { orderId: id, buyerId } }, { support }) => {
    if (buyerId !== null) await support.rememberOrder({ id, buyerId });
  },
});

/** What was ordered before chat heard of orders is announced once. */
export const copyEarlierOrder = chatConsumer({
  name: 'copy-earlier-order',
  consumes: 'orders.OrderAnnounced',
  handle: async ({ event: { orderId: id, buyerId } }, { support }) => {
    if (buyerId !== null) await support.rememberOrder({ id, buyerId });
  },
});
