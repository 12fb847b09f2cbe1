import type { InventoryChangedResolvers } from '../__generated__/resolvers.ts';
import { canBeBought } from '../domain/availability.ts';

export const InventoryChanged: InventoryChangedResolvers = {
  backInStock: ({ previousAvailability, availability }) =>
    !canBeBought(previousAvailability) && canBeBought(availability),
  soldOut: ({ previousAvailability, availability }) =>
    canBeBought(previousAvailability) && !canBeBought(availability),
};
