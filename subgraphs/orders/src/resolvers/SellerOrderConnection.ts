import type { SellerOrderConnectionResolvers } from '../__generated__/resolvers.ts';

export const SellerOrderConnection: SellerOrderConnectionResolvers = {
  totalCount: ({ counted }, _, { stores }) => stores.sellerOrders.count(counted),
};
