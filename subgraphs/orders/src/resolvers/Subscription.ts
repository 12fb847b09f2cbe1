import { requireViewer } from '@souk/runtime';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import { orderNotFound } from '../domain/errors.ts';
import { buyerStream, orderStream } from '../use-cases/order-streams.ts';
import { followOrders, type OrderItem } from './order-events.ts';
import { visibleOrder } from './visible.ts';

export const Subscription: SubscriptionResolvers = {
  orderEvents: {
    subscribe: async (_, { orderId, after }, context) => {
      const order = await visibleOrder({ id: orderId }, context);
      if (!order) throw orderNotFound(['orderId']);
      return (await followOrders({ stream: orderStream(order.id), after }, context)) as never;
    },
    resolve: (item: unknown) => item as OrderItem,
  },
  viewerOrderEvents: {
    subscribe: async (_, { after }, context) => {
      const { userId } = requireViewer(context.viewer);
      return (await followOrders({ stream: buyerStream(userId), after }, context)) as never;
    },
    resolve: (item: unknown) => item as OrderItem,
  },
};
