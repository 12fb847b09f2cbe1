import type { Stores } from '../persistence/stores.ts';
import { chatConsumer } from './define-consumer.ts';

/** Only the buyer can ask staff about an order; a guest has no account to ask with. */
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

/** Orders placed before chat knew of orders are announced once. */
export const copyEarlierOrder = chatConsumer({
  name: 'copy-earlier-order',
  consumes: 'orders.OrderAnnounced',
  handle: rememberBuyer,
});
