import { moneyOf } from '@souk/runtime/domain';
import type { TotalChangedErrorResolvers } from '../__generated__/resolvers.ts';

export const TotalChangedError: TotalChangedErrorResolvers = {
  expected: ({ expectedMinor, expectedCurrency }) => moneyOf(expectedMinor, expectedCurrency),
  actual: ({ actualMinor, currency }) => moneyOf(actualMinor, currency),
};
