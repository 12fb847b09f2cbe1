import { orderStream, type TransactionTools, userStream } from '@souk/runtime/events';
import type { OrdersConfig } from '../config.ts';
import type { Order } from '../domain/order.ts';
import { assertCanBecome, type OrderStatus } from '../domain/order-status.ts';
import { reservedUntil } from '../domain/reservation.ts';
import type { Stores } from '../persistence/stores.ts';

export interface Step {
  to: OrderStatus;
  reason: string | null;
  now: Date;
}

type Tools = Pick<Stores & TransactionTools, 'orders' | 'events'>;

/** Takes a locked order one legal step on and tells its subscribers. */
export async function changeStatus(
  { orders, events }: Tools,
  order: Order,
  { to, reason, now }: Step,
  { reservationMinutes }: OrdersConfig,
): Promise<void> {
  const { id, number, buyerId, status: from } = order;
  assertCanBecome(from, to);
  await orders.setStatus({
    id,
    status: to,
    reason,
    version: order.version + 1,
    reservedUntil: reservedUntil(to, now, reservationMinutes),
    updatedAt: now,
  });
  await events.append({
    type: 'orders.OrderStatusChanged',
    stream: orderStream(id),
    alsoIn: [userStream(buyerId)],
    payload: { orderId: id, number, buyerId, from, to, reason },
  });
}

/** Calls a locked order off; products hear of it and free what they set aside. */
export async function callOff(
  stores: Tools,
  order: Order,
  { reason, now }: Omit<Step, 'to'>,
  config: OrdersConfig,
): Promise<void> {
  await changeStatus(stores, order, { to: 'CANCELLED', reason, now }, config);
  const { id: orderId, number, buyerId } = order;
  await stores.events.append({
    type: 'orders.OrderCancelled',
    stream: orderStream(orderId),
    payload: { orderId, number, buyerId, reason },
  });
}
