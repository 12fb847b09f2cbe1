import { isIdOf, moneyOf } from '@souk/runtime/domain';
import type { PayoutResolvers } from '../__generated__/resolvers.ts';
import { statementOf } from '../statement-route.ts';
import { pageOfLedger } from './desk-pages.ts';
import { seesDesk } from './visible.ts';

export const Payout: PayoutResolvers = {
  __resolveReference: async ({ id }, context) => {
    const payout = isIdOf('pot', id) ? await context.loaders.payout.load(id) : null;
    return payout && (await seesDesk(payout.sellerId, context)) ? payout : null;
  },
  amount: ({ amountMinor, currency }) => moneyOf(amountMinor, currency),
  statement: (payout, _, { services }) => statementOf(services, payout),
  entries: ({ id, sellerId }, args, context) =>
    pageOfLedger({ sellerId, payoutId: id }, args, context),
};
