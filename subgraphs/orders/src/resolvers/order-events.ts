import type { RecordedEvent } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { SellerOrderStatus } from '../domain/selling/seller-order-status.ts';
import type { StoredOrder } from '../persistence/order-store.ts';
import type {
  OrderPlacedModel,
  OrderStatusChangedModel,
  PaymentUpdatedModel,
  SellerOrderStatusChangedModel,
} from './models.ts';
import { visibleOrder } from './visible.ts';

type ShownEvent =
  | OrderPlacedModel
  | OrderStatusChangedModel
  | PaymentUpdatedModel
  | SellerOrderStatusChangedModel;

/** A stream of orders, shown as the items of `OrderStream`, each thing as it is by then. */
export const ordersIn = (
  stream: string,
  context: Context,
  guestToken?: string | null,
): FollowedStream<ShownEvent> => ({
  stream,
  show: async (event, place) => {
    const id = orderIdIn(event);
    const order = id === null ? null : await visibleOrder({ id, guestToken }, context);
    return order && shown(event, place, order, context);
  },
});

/** The order that an event is about; null for events of other things in the same stream. */
const orderIdIn = ({ type, payload }: RecordedEvent): string | null =>
  type.startsWith('orders.') && 'orderId' in payload ? payload.orderId : null;

async function shown(
  event: RecordedEvent,
  place: StreamPlace,
  order: StoredOrder,
  { loaders }: Context,
): Promise<ShownEvent | null> {
  switch (event.type) {
    case 'orders.OrderPlaced':
      return { __typename: 'OrderPlaced', ...place, order };
    case 'orders.OrderStatusChanged': {
      const { from, to, reason: statusReason } = event.payload;
      const step = { from: from as OrderStatus, to: to as OrderStatus, statusReason };
      return { __typename: 'OrderStatusChanged', ...place, order, ...step };
    }
    case 'orders.PaymentUpdated': {
      const payment = await loaders.payment.load(event.payload.paymentId);
      return payment && { __typename: 'PaymentUpdated', ...place, order, payment };
    }
    case 'orders.SellerOrderReceived':
    case 'orders.SellerOrderStatusChanged': {
      const sellerOrder = await loaders.sellerOrder.load(event.payload.sellerOrderId);
      const previousStatus = statusBefore(event);
      return (
        sellerOrder && {
          __typename: 'SellerOrderStatusChanged',
          ...place,
          sellerOrder,
          previousStatus,
        }
      );
    }
    default:
      return null;
  }
}

/** To its buyer, that a seller has received a part is a step of it as any other. */
const statusBefore = ({
  payload,
}: RecordedEvent<
  'orders.SellerOrderReceived' | 'orders.SellerOrderStatusChanged'
>): SellerOrderStatus => ('from' in payload ? (payload.from as SellerOrderStatus) : 'WAITING');
