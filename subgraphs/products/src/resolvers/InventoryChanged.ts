import type { InventoryChangedResolvers } from '../__generated__/resolvers.ts';

export const InventoryChanged: InventoryChangedResolvers = {
  backInStock: ({ previousAvailable, available }) => previousAvailable <= 0 && available > 0,
  soldOut: ({ previousAvailable, available }) => previousAvailable > 0 && available <= 0,
};
