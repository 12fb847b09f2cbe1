import { sumOfMoney } from '@souk/runtime/domain';
import type { BalanceResolvers } from '../__generated__/resolvers.ts';

export const Balance: BalanceResolvers = {
  pending: ({ balanceMinor, availableMinor, currency }) =>
    sumOfMoney(balanceMinor - availableMinor, currency),
  available: ({ availableMinor, currency }) => sumOfMoney(availableMinor, currency),
  paidOut: ({ paidOutMinor, currency }) => sumOfMoney(paidOutMinor, currency),
};
