import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { operationSelects } from '@souk/runtime/graphql';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { assertOneKey } from './one-key.ts';
import { pageOfOrders } from './order-pages.ts';
import { visibleOrder } from './visible.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: whoever asks gets their own and nobody else's. */
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  ordersHead: ({ id }, _, { headOf }) => headOf(userStream(id)),
  order: async ({ id: buyerId }, keys, context, info) => {
    assertOneKey(keys);
    if (operationSelects(info, 'ordersHead')) await context.headOf(userStream(buyerId));
    const order = await visibleOrder(keys, context);
    return order?.buyerId === buyerId ? order : null;
  },
  orders: async ({ id: buyerId }, args, context, info) => {
    if (operationSelects(info, 'ordersHead')) await context.headOf(userStream(buyerId));
    return pageOfOrders({ ...args, buyerId }, context);
  },
};
