import type { OrderConnectionResolvers } from '../__generated__/resolvers.ts';

export const OrderConnection: OrderConnectionResolvers = {
  totalCount: ({ counted }, _, { stores }) => stores.orders.count(counted),
};
