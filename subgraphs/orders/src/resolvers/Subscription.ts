import { requireViewer } from '@souk/runtime/domain';
import { ORDERS_STREAM, orderStream, userStream } from '@souk/runtime/events';
import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { orderNotFound } from '../domain/errors.ts';
import { cartEvents } from './cart-events.ts';
import { ordersIn } from './order-events.ts';
import { sellerOrderEvents } from './part-events.ts';
import { visibleOrder } from './visible.ts';

interface OrderEvents {
  orderId: string;
  guestToken?: string | null;
}

export const Subscription: SubscriptionResolvers = {
  cartEvents: streamSubscription(({ cartId }: { cartId?: string | null }, context: Context) =>
    cartEvents(cartId, context),
  ),
  orderEvents: streamSubscription(
    async ({ orderId, guestToken }: OrderEvents, context: Context) => {
      const order = await visibleOrder({ id: orderId, guestToken }, context);
      if (!order) throw orderNotFound(['orderId']);
      return ordersIn(orderStream(order.id), context, guestToken);
    },
  ),
  sellerOrderEvents: streamSubscription(({ sellerId }: { sellerId: string }, context: Context) =>
    sellerOrderEvents(sellerId, context),
  ),
  // The gateway and the directive's guard decide who may follow it; each order is read on behalf of its
  // reader.
  staffOrderEvents: streamSubscription((_, context: Context) => ordersIn(ORDERS_STREAM, context)),
  viewerOrderEvents: streamSubscription((_, context: Context) =>
    ordersIn(userStream(requireViewer(context.viewer).userId), context),
  ),
};
