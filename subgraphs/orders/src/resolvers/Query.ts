import { assertExactlyOne, requireViewer } from '@souk/runtime/domain';
import { ORDERS_STREAM } from '@souk/runtime/events';
import { operationSelects } from '@souk/runtime/graphql';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { checkedFilter } from '../domain/order-filter.ts';
import { pageOfOrders } from './order-pages.ts';
import { visibleOrder, visibleSellerOrder } from './visible.ts';
import { visibleCart } from './visible-cart.ts';
import { visibleSnapshot } from './visible-snapshot.ts';

export const Query: QueryResolvers = {
  order: (_, { id, number, guestToken }, context) => {
    assertExactlyOne({ id, number });
    return visibleOrder({ id, number, guestToken }, context);
  },
  sellerOrder: (_, { id, number }, context) => {
    assertExactlyOne({ id, number });
    return visibleSellerOrder({ id, number }, context);
  },
  orderSnapshot: (_, { id }, context) => visibleSnapshot(id, context),
  cart: (_, { id }, context) => visibleCart(id, context),
  orders: async (_, { filter, ...args }, context, info) => {
    const criteria = checkedFilter(filter);
    if (operationSelects(info, 'ordersHead')) await context.headOf(ORDERS_STREAM);
    return pageOfOrders(criteria, args, context);
  },
  ordersHead: (_, __, { headOf }) => headOf(ORDERS_STREAM),
  viewer: (_, __, { viewer }) => ({ id: requireViewer(viewer).userId }),
};
