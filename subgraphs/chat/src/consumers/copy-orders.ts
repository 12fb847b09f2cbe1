import type { Stores } from '../persistence/stores.ts';
import { chatConsumer } from './define-consumer.ts';

/** Whoever asks staff about an order is its buyer; a guest has no account to ask by. */
const rememberBuyer = async (
  { event: { orderId: id, buyerId } }: { event: { orderId: string; buyerId: string | null } },
  { support }: Pick<Stores, 'support'>,
): Promise<void> => {
  if (buyerId !== null) await support.rememberOrder({ id, buyerId });
};

export const copyPlacedOrder = chatConsumer({
  name: 'copy-placed-order',
  consumes: 'orders.OrderPlaced',
  handle: rememberBuyer,
});

/** What was ordered before chat heard of orders is announced once. */
export const copyEarlierOrder = chatConsumer({
  name: 'copy-earlier-order',
  consumes: 'orders.OrderAnnounced',
  handle: rememberBuyer,
});
