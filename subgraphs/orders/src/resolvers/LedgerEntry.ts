import { isIdOf, moneyOf, sumOfMoney } from '@souk/runtime/domain';
import type { LedgerEntryResolvers, LedgerKind } from '../__generated__/resolvers.ts';
import { seesDesk } from './visible.ts';

export const LedgerEntry: LedgerEntryResolvers = {
  /** Only a seller's entries: the other sides of a movement are visible to nobody. */
  __resolveReference: async ({ id }, context) => {
    const entry = isIdOf('led', id) ? await context.loaders.ledgerEntry.load(id) : null;
    if (!entry || entry.sellerId === null) return null;
    return (await seesDesk(entry.sellerId, context)) ? entry : null;
  },
  kind: ({ kind }) => kind as LedgerKind,
  amount: ({ amountMinor, currency }) => moneyOf(amountMinor, currency),
  balanceAfter: ({ balanceAfterMinor, currency }) => sumOfMoney(balanceAfterMinor ?? 0n, currency),
  sellerOrder: ({ sellerOrderId }, _, { loaders }) =>
    sellerOrderId === null ? null : loaders.sellerOrder.load(sellerOrderId),
  payout: ({ payoutId }, _, { loaders }) =>
    payoutId === null ? null : loaders.payout.load(payoutId),
};
