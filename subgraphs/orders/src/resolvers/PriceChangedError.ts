import { moneyOf } from '@souk/runtime/domain';
import type { PriceChangedErrorResolvers } from '../__generated__/resolvers.ts';

export const PriceChangedError: PriceChangedErrorResolvers = {
  expected: ({ expectedMinor, currency }) => moneyOf(expectedMinor, currency),
  actual: ({ actualMinor, currency }) => moneyOf(actualMinor, currency),
};
