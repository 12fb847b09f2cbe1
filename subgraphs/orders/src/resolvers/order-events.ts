import type { RecordedEvent } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { OrderPlacedModel, OrderStatusChangedModel } from './models.ts';
import { visibleOrder } from './visible.ts';

type ShownEvent = OrderPlacedModel | OrderStatusChangedModel;

/** A stream of orders, shown as the items of `OrderStream`, each order as it is by then. */
export const ordersIn = (stream: string, context: Context): FollowedStream<ShownEvent> => ({
  stream,
  show: (event, place) => shown(event, place, context),
});

async function shown(
  event: RecordedEvent,
  place: StreamPlace,
  context: Context,
): Promise<ShownEvent | null> {
  const { type, payload } = event;
  if (type !== 'orders.OrderPlaced' && type !== 'orders.OrderStatusChanged') return null;
  const order = await visibleOrder({ id: payload.orderId }, context);
  if (!order) return null;
  if (type === 'orders.OrderPlaced') return { __typename: 'OrderPlaced', ...place, order };
  const { from, to, reason } = payload;
  return {
    __typename: 'OrderStatusChanged',
    ...place,
    order,
    from: from as OrderStatus,
    to: to as OrderStatus,
    statusReason: reason,
  };
}
