import {
  type LiveStreams,
  type RecordedEvent,
  type StreamItem,
  type StreamResetReason,
  selectItems,
} from '@souk/runtime';
import type { Context } from '../context.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { OrderPlacedModel, OrderStatusChangedModel } from './models.ts';
import { visibleOrder } from './visible.ts';

export type OrderItem =
  | OrderPlacedModel
  | OrderStatusChangedModel
  | (Pick<StreamItem, 'cursor' | 'occurredAt'> &
      (
        | { __typename: 'CaughtUp'; replayed: number }
        | { __typename: 'StreamReset'; reason: StreamResetReason }
      ));

/** Follows a stream of orders, as the items of `OrderStream`. */
export async function followOrders(
  request: Parameters<LiveStreams['follow']>[0],
  context: Context,
): Promise<AsyncIterableIterator<OrderItem>> {
  const items = await context.live.follow(request);
  let sent = 0;
  return selectItems(items, async (item) => {
    const selected = await orderItemOf(item, sent, context);
    if (selected) sent += 1;
    return selected;
  });
}

async function orderItemOf(
  item: StreamItem,
  sent: number,
  context: Context,
): Promise<OrderItem | null> {
  const { cursor, occurredAt } = item;
  if (item.kind === 'caughtUp') {
    return { __typename: 'CaughtUp', cursor, occurredAt, replayed: Math.min(sent, item.replayed) };
  }
  if (item.kind === 'reset') {
    return { __typename: 'StreamReset', cursor, occurredAt, reason: item.reason };
  }
  const { type } = item.event;
  if (type !== 'orders.OrderPlaced' && type !== 'orders.OrderStatusChanged') return null;
  const payload = item.event.payload as RecordedEvent<typeof type>['payload'];
  context.reload();
  const order = await visibleOrder({ id: payload.orderId }, context);
  if (!order) return null;
  if (type === 'orders.OrderPlaced')
    return { __typename: 'OrderPlaced', cursor, occurredAt, order };
  const { from, to, reason } = payload as RecordedEvent<typeof type>['payload'];
  return {
    __typename: 'OrderStatusChanged',
    cursor,
    occurredAt,
    order,
    from: from as OrderStatus,
    to: to as OrderStatus,
    statusReason: reason,
  };
}
