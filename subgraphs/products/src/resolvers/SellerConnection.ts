import type { SellerConnectionResolvers } from '../__generated__/resolvers.ts';

export const SellerConnection: SellerConnectionResolvers = {
  totalCount: ({ counted }, _, { stores }) => stores.sellers.count(counted),
};
