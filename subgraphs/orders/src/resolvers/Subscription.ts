import { requireViewer } from '@souk/runtime/domain';
import { orderStream, userStream } from '@souk/runtime/events';
import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { orderNotFound } from '../domain/errors.ts';
import { cartEvents } from './cart-events.ts';
import { ordersIn } from './order-events.ts';
import { visibleOrder } from './visible.ts';

export const Subscription: SubscriptionResolvers = {
  cartEvents: streamSubscription(({ cartId }: { cartId?: string | null }, context: Context) =>
    cartEvents(cartId, context),
  ),
  orderEvents: streamSubscription(async ({ orderId }: { orderId: string }, context: Context) => {
    const order = await visibleOrder({ id: orderId }, context);
    if (!order) throw orderNotFound(['orderId']);
    return ordersIn(orderStream(order.id), context);
  }),
  viewerOrderEvents: streamSubscription((_, context: Context) =>
    ordersIn(userStream(requireViewer(context.viewer).userId), context),
  ),
};
