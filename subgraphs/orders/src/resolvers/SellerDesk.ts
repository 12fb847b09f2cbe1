import { isIdOf, sellerIdOfDesk } from '@souk/runtime/domain';
import { sellerStream } from '@souk/runtime/events';
import { operationSelects } from '@souk/runtime/graphql';
import type { SellerDeskResolvers } from '../__generated__/resolvers.ts';
import { criteriaOfSeller } from '../domain/order-filter.ts';
import { pageOfLedger, pageOfParts, pageOfPayouts, pageOfReturns } from './desk-pages.ts';
import { seesDesk } from './visible.ts';

export const SellerDesk: SellerDeskResolvers = {
  /** Private: for people who work for the seller and for staff, whichever subgraph asks. */
  __resolveReference: async ({ id }, context) =>
    isIdOf('dsk', id) && (await seesDesk(sellerIdOfDesk(id), context)) ? { id } : null,
  orders: async ({ id }, { filter, ...args }, context, info) => {
    const sellerId = sellerIdOfDesk(id);
    if (operationSelects(info, 'ordersHead')) await context.headOf(sellerStream(sellerId));
    return pageOfParts(criteriaOfSeller(sellerId, filter), args, context);
  },
  returns: ({ id }, { status, ...args }, context) =>
    pageOfReturns({ sellerId: sellerIdOfDesk(id), status: status ?? null }, args, context),
  balances: ({ id }, _, { loaders }) => loaders.balancesOfSeller.load(sellerIdOfDesk(id)),
  ledger: ({ id }, args, context) => pageOfLedger({ sellerId: sellerIdOfDesk(id) }, args, context),
  payouts: ({ id }, args, context) => pageOfPayouts(sellerIdOfDesk(id), args, context),
  ordersHead: ({ id }, _, { headOf }) => headOf(sellerStream(sellerIdOfDesk(id))),
};
