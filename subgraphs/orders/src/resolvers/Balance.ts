import { moneyOf } from '@souk/runtime/domain';
import type { BalanceResolvers } from '../__generated__/resolvers.ts';

export const Balance: BalanceResolvers = {
  pending: ({ balanceMinor, availableMinor, currency }) =>
    moneyOf(balanceMinor - availableMinor, currency),
  available: ({ availableMinor, currency }) => moneyOf(availableMinor, currency),
  paidOut: ({ paidOutMinor, currency }) => moneyOf(paidOutMinor, currency),
};
