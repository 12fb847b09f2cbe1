import { moneyOf, storedMinor } from '@souk/runtime/domain';
import type { BalanceResolvers } from '../__generated__/resolvers.ts';

export const Balance: BalanceResolvers = {
  pending: ({ balanceMinor, availableMinor, currency }) =>
    moneyOf(storedMinor(balanceMinor - availableMinor), currency),
  available: ({ availableMinor, currency }) => moneyOf(storedMinor(availableMinor), currency),
  paidOut: ({ paidOutMinor, currency }) => moneyOf(storedMinor(paidOutMinor), currency),
};
