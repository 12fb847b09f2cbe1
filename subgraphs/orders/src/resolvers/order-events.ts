import type { RecordedEvent } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import { wordsOfReason } from '../domain/status-reason.ts';
import type { StoredOrder } from '../persistence/order-store.ts';
import type {
  OrderPlacedModel,
  OrderStatusChangedModel,
  PaymentUpdatedModel,
  RepaymentFailedModel,
} from './models.ts';
import { type ShownPart, shownPart } from './part-events.ts';
import { visibleOrder } from './visible.ts';

type ShownEvent =
  | OrderPlacedModel
  | OrderStatusChangedModel
  | PaymentUpdatedModel
  | RepaymentFailedModel
  | ShownPart;

/** A stream of orders, shown as the items of `OrderStream`, with each object in its current state. */
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

/** The order that an event is about; null for events about other objects in the same stream. */
const orderIdIn = ({ type, payload }: RecordedEvent): string | null =>
  type.startsWith('orders.') && 'orderId' in payload ? payload.orderId : null;

async function shown(
  event: RecordedEvent,
  place: StreamPlace,
  order: StoredOrder,
  context: Context,
): Promise<ShownEvent | null> {
  switch (event.type) {
    case 'orders.OrderPlaced':
      return { __typename: 'OrderPlaced', ...place, order };
    case 'orders.OrderStatusChanged': {
      const { from, to, reason, cause } = event.payload;
      const statusReason = cause ? wordsOfReason({ ...cause, remark: reason }) : reason;
      const statusReasonCode = cause?.code ?? null;
      const step = {
        from: from as OrderStatus,
        to: to as OrderStatus,
        statusReason,
        statusReasonCode,
      };
      return { __typename: 'OrderStatusChanged', ...place, order, ...step };
    }
    case 'orders.RepaymentFailed':
    case 'orders.PaymentUpdated': {
      const payment = await context.loaders.payment.load(event.payload.paymentId);
      if (!payment) return null;
      return event.type === 'orders.PaymentUpdated'
        ? { __typename: 'PaymentUpdated', ...place, order, payment }
        : { __typename: 'RepaymentFailed', ...place, order, payment };
    }
    // For its buyer, a seller's receiving of a part is one of its steps.
    default:
      return shownPart(event, place, context, 'BUYER');
  }
}
