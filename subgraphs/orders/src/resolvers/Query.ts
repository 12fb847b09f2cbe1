import { badInput, isIdOf } from '@souk/runtime/domain';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { assertOneKey } from './one-key.ts';
import { pageOfOrders } from './order-pages.ts';
import { visibleOrder } from './visible.ts';

export const Query: QueryResolvers = {
  order: (_, keys, context) => {
    assertOneKey(keys);
    return visibleOrder(keys, context);
  },
  orders: (_, { status, buyerId, first, after }, context) => {
    if (buyerId != null && !isIdOf('usr', buyerId)) throw badInput('Not a buyer.', ['buyerId']);
    return pageOfOrders({ buyerId: buyerId ?? null, status, first, after }, context);
  },
};
