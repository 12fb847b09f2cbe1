import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { SellerOrderCriteria } from '../domain/order-filter.ts';
import type { ReturnStatus } from '../domain/selling/return.ts';

/** Pages of a seller's desk, newest first. */
type ReadPage<Item> = (page: { before: string | null; limit: number }) => Promise<Item[]>;

async function newestFirst<Item extends { id: string }>(
  purpose: string,
  args: PageArguments,
  { cursors }: Context,
  read: ReadPage<Item>,
) {
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await read({ before: page.from, limit: page.limit + 1 });
  return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
}

export async function pageOfParts(
  criteria: SellerOrderCriteria,
  args: PageArguments,
  context: Context,
) {
  const purpose = `parts:${JSON.stringify(criteria)}`;
  const connection = await newestFirst(purpose, args, context, (page) =>
    context.stores.sellerOrders.page(criteria, page),
  );
  return { ...connection, counted: criteria };
}

export const pageOfReturns = (
  of: { sellerId: string; status: ReturnStatus | null },
  args: PageArguments,
  context: Context,
) =>
  newestFirst(`returns:${of.sellerId}:${of.status ?? 'all'}`, args, context, (page) =>
    context.stores.returns.page(of, page),
  );

export const pageOfLedger = (
  of: { sellerId: string; payoutId?: string },
  args: PageArguments,
  context: Context,
) =>
  newestFirst(`ledger:${of.sellerId}:${of.payoutId ?? 'all'}`, args, context, (page) =>
    context.stores.ledger.page(of, page),
  );

export const pageOfPayouts = (sellerId: string, args: PageArguments, context: Context) =>
  newestFirst(`payouts:${sellerId}`, args, context, (page) =>
    context.stores.payouts.page(sellerId, page),
  );
