import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { operationSelects } from '@souk/runtime/graphql';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { checkedFilter, ofBuyer } from '../domain/order-filter.ts';
import { pageOfOrders } from './order-pages.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: viewers can only get their own. */
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  cart: ({ id }, _, { loaders }) => loaders.cartOfOwner.load(id),
  ordersHead: ({ id }, _, { headOf }) => headOf(userStream(id)),
  orders: async ({ id: buyerId }, { filter, ...args }, context, info) => {
    const criteria = ofBuyer(checkedFilter(filter), buyerId);
    if (operationSelects(info, 'ordersHead')) await context.headOf(userStream(buyerId));
    return pageOfOrders(criteria, args, context);
  },
};
