import type { TransactionTools } from '@souk/runtime';
import type { Order } from '../domain/order.ts';
import { assertCanBecome, type OrderStatus } from '../domain/order-status.ts';
import type { Stores } from '../persistence/stores.ts';
import { buyerStream, orderStream } from './order-streams.ts';

/** Takes a locked order one legal step on and tells its followers. */
export async function changeStatus(
  { orders, events }: Pick<Stores & TransactionTools, 'orders' | 'events'>,
  order: Order,
  { to, reason, now }: { to: OrderStatus; reason: string | null; now: Date },
): Promise<void> {
  const { id, number, buyerId, status: from } = order;
  assertCanBecome(from, to);
  await orders.setStatus({ id, status: to, reason, version: order.version + 1, updatedAt: now });
  await events.append({
    type: 'orders.OrderStatusChanged',
    stream: orderStream(id),
    alsoIn: [buyerStream(buyerId)],
    payload: { orderId: id, number, buyerId, from, to, reason },
  });
}
