import { moneyOf } from '@souk/runtime/domain';
import type { DeliveryOptionResolvers } from '../__generated__/resolvers.ts';

export const DeliveryOption: DeliveryOptionResolvers = {
  price: ({ priceMinor, currency }) => moneyOf(priceMinor, currency),
};
