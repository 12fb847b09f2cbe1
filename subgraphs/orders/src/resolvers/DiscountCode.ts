import { moneyOf } from '@souk/runtime/domain';
import type { DiscountCodeResolvers } from '../__generated__/resolvers.ts';

export const DiscountCode: DiscountCodeResolvers = {
  amount: ({ amountMinor, currency }) =>
    amountMinor === null || currency === null ? null : moneyOf(amountMinor, currency),
};
