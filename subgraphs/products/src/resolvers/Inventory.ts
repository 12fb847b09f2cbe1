import type { InventoryResolvers } from '../__generated__/resolvers.ts';
import { availableOf } from '../domain/stock.ts';

export const Inventory: InventoryResolvers = {
  available: (item) => availableOf(item),
};
